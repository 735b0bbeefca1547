package dev.caisson.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.trust.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The tables that ship are what their README says. The counts are those that `make.R` asserts on
/// the published data (2,982 and 686 patients, less 38 and 131 censored within three years).
final class DemoDataTest {
  private static final Path FOLDER = Path.of("../demo-data");

  @Test
  void rotterdamIsDividedIntoTwoCustodians() throws Exception {
    Table early = read("rotterdam-early.csv");
    Table late = read("rotterdam-late.csv");
    assertThat(early.labelCount(0) + late.labelCount(0)).isEqualTo(2_022);
    assertThat(early.labelCount(1) + late.labelCount(1)).isEqualTo(922);
    assertThat(Set.of(early.samples().rows(), late.samples().rows())).allMatch(n -> n > 1_000);
  }

  @Test
  void theGermanTrialIsTheThird() throws Exception {
    Table gbsg = read("gbsg.csv");
    assertThat(gbsg.labelCount(0)).isEqualTo(331);
    assertThat(gbsg.labelCount(1)).isEqualTo(224);
  }

  @Test
  void noPersonIsAtTwoCustodians() throws Exception {
    Set<String> ids = new HashSet<>();
    for (String file : List.of("rotterdam-early.csv", "rotterdam-late.csv", "gbsg.csv")) {
      for (String id : read(file).samples().ids()) {
        assertThat(ids.add(id)).as(id).isTrue();
      }
    }
    assertThat(ids).hasSize(2_022 + 922 + 331 + 224);
  }

  @Test
  void nothingIsClampedAndEveryFeatureLiesInItsDeclaredInterval() throws Exception {
    for (String file : List.of("rotterdam-early.csv", "rotterdam-late.csv", "gbsg.csv")) {
      Table table = read(file);
      assertThat(table.counts()).allMatch(c -> c.clamped() == 0 && c.missing() == 0);
      for (float feature : table.samples().features()) {
        assertThat(feature).isBetween(-1f, 1f);
      }
    }
  }

  @Test
  void theReadmeListsTheDigestOfEachFile() throws Exception {
    String readme = Files.readString(FOLDER.resolve("README.md"));
    for (String file : List.of("rotterdam-early.csv", "rotterdam-late.csv", "gbsg.csv", "make.R")) {
      assertThat(readme).contains(Digest.ofFile(FOLDER.resolve(file)).hex());
    }
  }

  private static Table read(String file) throws Exception {
    return Table.read(
        FOLDER.resolve(file), DatasetDescription.read(FOLDER.resolve("dataset.yaml")));
  }
}

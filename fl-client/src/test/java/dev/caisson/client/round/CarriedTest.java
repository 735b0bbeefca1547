package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.client.Made;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CarriedTest {
  private static final LocalStudy STUDY =
      Made.study(
          "s",
          Made.plan(
              "weights: {mode: fixed-denominator, maximum: 500, denominator: 300}",
              "weights: {mode: equal}",
              "audit:",
              "strategy: {name: scaffold, local-steps: 6}\naudit:"));
  private static final Digest FIRST = STUDY.first().digest();
  private static final Digest SECOND = Digest.ofText("second");
  private static final Digest THIRD = Digest.ofText("third");
  private static final float[] ZERO = new float[3];
  private static final float[] ONE = {1, 1, 1};
  private static final float[] TWO = {2, 2, 2};
  private static final Carried.Counted YES = (_, _) -> true;
  private static final Carried.Counted NO = (_, _) -> false;

  @TempDir Path folder;

  @Test
  void aRoundTakesEffectAtAnotherStateIfItCounted() throws Exception {
    Carried carried = Carried.in(folder, STUDY, FIRST, false);
    carried.keep(FIRST, 1, ZERO, ONE);
    for (Carried now : new Carried[] {carried, Carried.in(folder, STUDY, FIRST, false)}) {
      assertThat(now.at(FIRST, YES)).as("tried again").isEqualTo(ZERO);
      assertThat(now.at(SECOND, YES)).isEqualTo(ONE);
      assertThat(now.at(SECOND, NO)).isEqualTo(ZERO);
      assertThat(
              now.at(
                  SECOND,
                  (base, number) -> {
                    assertThat(base).isEqualTo(FIRST);
                    assertThat(number).isEqualTo(1);
                    return true;
                  }))
          .isEqualTo(ONE);
    }
    carried.keep(SECOND, 2, ONE, TWO);
    assertThat(carried.at(SECOND, YES)).as("tried again").isEqualTo(ONE);
    assertThat(carried.at(THIRD, YES)).isEqualTo(TWO);
    assertThat(carried.at(FIRST, YES)).as("another study of the plan").isEqualTo(ZERO);
  }

  @Test
  void theFileIsItsOwnersAloneAndThereIsOneForEachPlan() throws Exception {
    Carried.in(folder.resolve("carried"), STUDY, FIRST, false).keep(FIRST, 1, ZERO, ONE);
    Path file = folder.resolve("carried").resolve(STUDY.plan().digest().hex());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).as("nothing half written").containsExactly(file);
    }
  }

  @Test
  void aStudyThatCarriesNothingHasNoFile() throws Exception {
    LocalStudy plain = Made.study("s", Made.plan());
    Carried carried = Carried.in(folder.resolve("none"), plain, FIRST, true);
    carried.keep(FIRST, 1, new float[0], new float[0]);
    assertThat(carried.length()).isZero();
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void aDamagedFileIsRefused() throws Exception {
    Carried.in(folder, STUDY, FIRST, false).keep(FIRST, 1, ZERO, ONE);
    Path file = folder.resolve(STUDY.plan().digest().hex());
    byte[] sound = Files.readAllBytes(file);
    for (int at = 0; at < sound.length; at += 7) {
      byte[] bent = sound.clone();
      bent[at] ^= 1;
      refused(file, bent);
    }
    refused(file, new byte[0]);
    refused(file, java.util.Arrays.copyOf(sound, sound.length - 1));
    refused(file, new byte[10_000]);
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(() -> Carried.in(folder, STUDY, FIRST, false))
        .isInstanceOf(IOException.class);
  }

  private void refused(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    assertThatThrownBy(() -> Carried.in(folder, STUDY, FIRST, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is damaged, or of another model");
  }

  /// Control variates that are lost would leave the study beside its minimum for good.
  @Test
  void aFileThatIsGoneIsMissed() throws Exception {
    assertThatThrownBy(() -> Carried.in(folder, STUDY, FIRST, true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is gone, though this site took part");
    Carried.in(folder, STUDY, FIRST, false).keep(FIRST, 1, ZERO, ONE);
    assertThat(Carried.in(folder, STUDY, FIRST, true).at(SECOND, YES)).isEqualTo(ONE);
  }

  @Test
  void valuesOfAnotherModelAreOurOwnMistake() throws Exception {
    Carried carried = Carried.in(folder, STUDY, FIRST, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> carried.keep(FIRST, 1, ZERO, new float[2]));
    assertThat(carried).hasToString("Carried[withheld]");
  }
}

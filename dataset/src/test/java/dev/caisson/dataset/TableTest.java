package dev.caisson.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableTest {
  @TempDir Path folder;

  @Test
  void encodesByTheDeclaredRangesAlone() throws Exception {
    Samples samples =
        Tables.read(
                folder, Tables.HEADER + "p1,0,I,true,0,0\np2,75,III,0,3,1\np3,100.0,II,no,7,1\n")
            .samples();
    assertThat(samples.ids()).containsExactly("p1", "p2", "p3");
    assertThat(samples.width()).isEqualTo(7);
    // age: 2·x/100 − 1. stage: one of three, then "is missing". smoker: −1 or 1.
    // lymph: ln(1 + x) / ln 8, so 3 becomes ln 4 / ln 8 = 2/3.
    assertThat(samples.features())
        .containsExactly(
            -1, 1, 0, 0, 0, 1, 0, //
            0.5f, 0, 0, 1, 0, -1, 2f / 3, //
            1, 0, 1, 0, 0, -1, 1);
    assertThat(samples.labels()).containsExactly(0, 1, 1);
  }

  @Test
  void aPersonsFeaturesDoNotDependOnTheOtherRows() throws Exception {
    String person = "p1,40,I,1,2.5,0\n";
    Samples alone = Tables.read(folder, Tables.HEADER + person).samples();
    Samples among =
        Tables.read(folder, Tables.HEADER + person + "p2,0,I,1,0,0\np3,100,III,1,7,1\n").samples();
    assertThat(among.select(new int[] {0})).isEqualTo(alone);
  }

  @Test
  void missingAndClampedCellsBecomeWhatIsDeclaredAndAreCounted() throws Exception {
    Table table = Tables.read(folder, Tables.HEADER + "p1,50,,yes,NA,0\np2,50,I,yes,900,1\n");
    assertThat(table.samples().features())
        .containsExactly(
            0, 0, 1, 0, 1, 1, 1f / 3, // read as II and marked; 1 becomes ln 2 / ln 8
            0, 1, 0, 0, 0, 1, 1); // 900 is taken as 7
    assertThat(table.counts())
        .containsExactly(
            new Table.ColumnCounts("age", 0, 0),
            new Table.ColumnCounts("stage", 1, 0),
            new Table.ColumnCounts("smoker", 0, 0),
            new Table.ColumnCounts("lymph", 1, 1));
    assertThat(table.describe())
        .contains("table.csv: 2 persons")
        .contains("y = 0: 1")
        .contains("stage: 1 missing")
        .contains("lymph: 1 outside the declared range, clamped");
  }

  @Test
  void skipsByteOrderMarkBlankLinesAndSpaces() throws Exception {
    Samples plain = Tables.read(folder, Tables.HEADER + "p1,50,I,1,2,0\np2,51,I,1,2,1\n").samples();
    Samples messy =
        Tables.read(
                folder,
                "\uFEFFid , age,stage,smoker,lymph,y\r\n\r\n\"p1\", 50,I,1,\"2\",0\r\n\r\np2,51,I,1,2,1 \r\n\r\n")
            .samples();
    assertThat(messy).isEqualTo(plain);
  }

  /// Property over 50 shuffles (fixed seed): which column stands where does not matter.
  @Test
  void readingDoesNotDependOnTheOrderOfColumns() throws Exception {
    List<List<String>> columns =
        List.of(
            List.of("id", "p1", "p2", "p3"),
            List.of("age", "1", "2", "3"),
            List.of("stage", "I", "", "III"),
            List.of("smoker", "yes", "no", "1"),
            List.of("lymph", "0.5", "NA", "99"),
            List.of("y", "0", "1", "0"));
    Samples expected = Tables.read(folder, csv(columns)).samples();
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      List<List<String>> shuffled = new ArrayList<>(columns);
      Collections.shuffle(shuffled, random);
      assertThat(Tables.read(folder, csv(shuffled)).samples()).isEqualTo(expected);
    }
  }

  @Test
  void ignoresExtraColumnsOnlyWhereDeclared() throws Exception {
    DatasetDescription ignoring =
        Tables.description(Tables.YAML.replace("extra-columns: refuse", "extra-columns: ignore"));
    byte[] csv =
        "id,note,age,stage,smoker,lymph,y\np1,\"a, b\",50,I,1,2,0\n"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(Table.read(Tables.file(folder, csv), ignoring).samples())
        .isEqualTo(Tables.read(folder, Tables.HEADER + "p1,50,I,1,2,0\n").samples());
  }

  private static String csv(List<List<String>> columns) {
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < columns.getFirst().size(); row++) {
      int at = row;
      out.append(String.join(",", columns.stream().map(c -> c.get(at)).toList())).append('\n');
    }
    return out.toString();
  }
}

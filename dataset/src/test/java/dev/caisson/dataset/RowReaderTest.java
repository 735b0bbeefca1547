package dev.caisson.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowReaderTest {
  @TempDir Path folder;

  @Test
  void describedRowsAreEncodedAsATableEncodesThem() throws Exception {
    String rows = "p1,0,I,true,0,0\np2,75,,0,900,1\n";
    Samples table = Tables.read(folder, Tables.HEADER + rows).samples();

    float[] read = new float[2 * table.width()];
    try (RowReader reader = RowReader.described(file(Tables.HEADER + rows), description())) {
      assertThat(reader.features()).isEqualTo(description().features().names());
      for (int row = 0; row < 2; row++) {
        assertThat(reader.next()).isTrue();
        reader.copyTo(read, row * table.width());
      }
      assertThat(reader.text("y")).isEqualTo("1");
      assertThat(reader.next()).isFalse();
    }
    assertThat(read).isEqualTo(table.features());
  }

  @Test
  void describedRowsNeedNeitherIdNorLabelAndMayHaveMore() throws Exception {
    try (RowReader reader =
        RowReader.described(file("lymph,smoker,shoe,stage,age\n0,yes,44,I,50\n"), description())) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.has("id")).isFalse();
      assertThat(reader.text("shoe")).isEqualTo("44");
    }
  }

  @Test
  void numericColumnsAreTakenAsTheyAreInTheTablesOrder() throws Exception {
    try (RowReader reader =
        RowReader.numeric(file("\uFEFFb, id ,a,y\n\n1.5,p1, -2e-1 ,yes\n"), Set.of("id", "y"))) {
      assertThat(reader.features()).containsExactly("b", "a");
      assertThat(reader.next()).isTrue();
      float[] row = new float[3];
      reader.copyTo(row, 1);
      assertThat(row).containsExactly(0, 1.5f, -0.2f);
      assertThat(reader.text("id")).isEqualTo("p1");
      assertThat(reader.line()).isEqualTo(3);
    }
  }

  @Test
  void namesTheLineAndColumnOfWhatIsNoNumber() {
    refuses("a,b\n1,2\n3,\n", "line 3", "'b'", "missing");
    refuses("a,b\n1,2\nNA,2\n", "line 3", "'a'", "missing");
    refuses("a,b\n1,pre\n", "line 2", "'b'", "'pre' is not a number");
    refuses("a,b\n1,0x1p3\n", "'b'", "not a number");
    refuses("a,b\n1,1e39\n", "'b'", "too large");
    refuses("a,b\n1\n", "line 2", "1 cells where the header has 2");
    refuses("a,a\n1,2\n", "'a'", "twice");
    refuses("a,\n1,2\n", "column 2");
    refuses("id\n1\n", "no column is left");
    refuses("", "empty");
    refuses("a,b\n1,\"2\n", "line 2", "quotes");
    refuses("a,b\n1," + "2".repeat(1_001) + "\n", "line 2", "'b'", "1,000 characters");
  }

  @Test
  void namesAMissingColumnAndItsNearest() {
    assertThatThrownBy(() -> RowReader.described(file("age,stge,smoker,lymph\n"), description()))
        .isInstanceOf(BadTableException.class)
        .hasMessageContainingAll("'stage'", "is it 'stge'?");
  }

  private void refuses(String csv, String... reasons) {
    assertThatThrownBy(
            () -> {
              try (RowReader reader = RowReader.numeric(file(csv), Set.of("id"))) {
                while (reader.next()) {
                  // to the end
                }
              }
            })
        .isInstanceOf(BadTableException.class)
        .hasMessageContainingAll(reasons);
  }

  private static DatasetDescription description() {
    return Tables.description();
  }

  private Path file(String csv) throws IOException {
    return Tables.file(folder, csv.getBytes(StandardCharsets.UTF_8));
  }
}

package dev.caisson.airlock.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowStoreTest {
  @TempDir Path folder;

  @Test
  void roomIsMadeOnceForAsManyRowsAsTheFileHas() throws Exception {
    StringBuilder text = new StringBuilder("\uFEFFa,b\r\n\r\n");
    for (int i = 0; i < 100_000; i++) {
      text.append(i % 7 == 0 ? "\"1\r\n\"\"2\",3\r\n" : "1,2\r\n");
    }
    Path file = Files.writeString(folder.resolve("a.csv"), text);
    TableFile table = TableFile.open(file);
    assertThat(table.expectedRows()).isEqualTo(100_000);
    RowStore store = new RowStore(table.expectedRows(), 30, false, true, true);
    assertThat(store.cells).hasSize(3_000_000);
    float[] cells = store.cells;
    assertThat(store.makeRoom(99_999)).isTrue();
    store.resize(100_000);
    assertThat(store.cells).isSameAs(cells);
  }

  @Test
  void growsByHalfAndNeverBeyondAQuarterOfTheHeap() {
    RowStore store = new RowStore(10, 2, false, false, false);
    assertThat(store.makeRoom(10)).isTrue();
    assertThat(store.labels).hasSize(15);
    assertThat(new RowStore(Long.MAX_VALUE / 2, 1_000_000, false, false, false).cells.length)
        .isLessThanOrEqualTo((int) (Runtime.getRuntime().maxMemory() / 16));
    assertThat(store.makeRoom(Integer.MAX_VALUE - 1)).isFalse();
    assertThat(store.full()).contains("quarter of the heap", "-Xmx");
  }
}

package dev.caisson.airlock.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.dataset.BadTableException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.parquet.io.ParquetDecodingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of pyarrow 26.0.1 (`make_tables.py`): 200 members in row groups of 70, 120 others.
final class ParquetTableTest {
  private static final Roles ROLES = Roles.ofLabel("event").withId("pid");

  @TempDir Path folder;

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(ParquetTableTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "gzip", "zstd", "lz4", "none", "v2"})
  void parquetAndCsvGiveEqualRecords(String kind) throws Exception {
    Records csv = RecordsReader.read(file("members.csv"), file("others.csv"), ROLES);
    Records parquet =
        RecordsReader.read(
            file("members-%s.parquet".formatted(kind)), file("others-snappy.parquet"), ROLES);
    assertThat(parquet.cells()).isEqualTo(csv.cells()).hasSize(320 * 5);
    assertThat(parquet.labels()).isEqualTo(csv.labels());
    assertThat(parquet.columns()).isEqualTo(csv.columns());
    assertThat(parquet.labelColumn()).isEqualTo(csv.labelColumn());
    assertThat(parquet.personOf()).isEqualTo(csv.personOf());
    assertThat(parquet.persons()).isEqualTo(160);
  }

  @Test
  void sidesMayHaveDifferentFormats() throws Exception {
    Records mixed = RecordsReader.read(file("members-zstd.parquet"), file("others.csv"), ROLES);
    Records csv = RecordsReader.read(file("members.csv"), file("others.csv"), ROLES);
    assertThat(mixed.cells()).isEqualTo(csv.cells());
    assertThat(mixed.columns()).isEqualTo(csv.columns());
  }

  @Test
  void refusesWhatIsNotRead() {
    refuses(file("members-delta.parquet"), ROLES, "DELTA_BINARY_PACKED", "dictionary or plain");
    refuses(file("members-brotli.parquet"), ROLES, "BROTLI", "zstd");
    refuses(file("dates.parquet"), Roles.ofLabel("event"), "'when'", "DATE");
    refuses(file("nested.parquet"), Roles.ofLabel("event"), "'list'", "nested");
  }

  @Test
  void refusesABrokenFooter() throws IOException {
    byte[] whole = Files.readAllBytes(file("members-none.parquet"));
    Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, 600));
    refuses(cut, ROLES, "no readable Parquet footer");
    ByteBuffer.wrap(whole).put(whole.length - 5, (byte) 0x7f);
    refuses(Files.write(folder.resolve("long"), whole), ROLES, "no readable Parquet footer");
  }

  /// 800 files with one to four bytes changed: each is read or refused; nothing else is thrown, and
  /// no decoder allocates by a count that the page only claims (the heap of tests would not hold
  /// it).
  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (String kind : new String[] {"none", "snappy", "zstd", "v2"}) {
      byte[] whole = Files.readAllBytes(file("members-%s.parquet".formatted(kind)));
      for (int i = 0; i < 200; i++) {
        byte[] mutated = whole.clone();
        for (int change = random.nextInt(1, 5); change > 0; change--) {
          mutated[random.nextInt(4, whole.length)] = (byte) random.nextInt(256);
        }
        Path file = Files.write(folder.resolve("mutated"), mutated);
        try {
          RecordsReader.read(file, file, ROLES);
        } catch (BadTableException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  @Test
  void aPackedRunMayNotClaimMoreValuesThanItsPage() {
    byte[] run = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 1};
    assertThatThrownBy(() -> ParquetPages.runs(ByteBuffer.wrap(run), 1, 100))
        .isInstanceOf(ParquetDecodingException.class);
    ParquetPages.runs(ByteBuffer.wrap(new byte[] {3, 0x55}), 1, 5); // one group of eight
  }

  private static void refuses(Path members, Roles roles, String... words) {
    assertThatThrownBy(() -> RecordsReader.read(members, members, roles))
        .isInstanceOf(BadTableException.class)
        .hasMessageContainingAll(words);
  }
}

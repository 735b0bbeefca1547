package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.check.Proceedings;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a site keeps of its rounds, and for how long.
final class RoundRecordsTest {
  private static final Layout LAYOUT = new Layout((1 << 14) + 8, 9);

  @TempDir Path home;

  @Test
  void theNewestRoundsAreKeptAndOlderOnesGo() throws Exception {
    RoundRecords records = new RoundRecords(home.resolve("ledger.jsonl"));
    Path note = home.resolve("rounds").resolve("note.txt");
    Files.createDirectories(note.getParent());
    Files.writeString(note, "a custodian's own");
    Files.setLastModifiedTime(note, FileTime.fromMillis(0));
    for (int i = 0; i < RoundRecords.KEPT + 3; i++) {
      RoundRecord record = records.begin(manifest(i));
      record.keepChunk(LAYOUT, 0, new byte[] {1});
      records.end(record);
      Files.setLastModifiedTime(
          home.resolve("rounds").resolve(manifest(i).hex()), FileTime.fromMillis(1000L * i));
    }
    for (int i = 0; i < RoundRecords.KEPT + 3; i++) {
      assertThat(records.find(manifest(i)).isPresent()).as("round %d", i).isEqualTo(i >= 3);
    }
    assertThat(note).as("no round, so it stays").exists();
  }

  @Test
  void chunksAreFoundWhereTheyWerePutInAnyOrder() throws Exception {
    RoundRecord record = new RoundRecords(home.resolve("ledger.jsonl")).begin(manifest(0));
    byte[] first = new byte[LAYOUT.packedBytes(0)];
    first[5] = 7;
    byte[] second = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    record.keepChunk(LAYOUT, 1, second);
    record.keepChunk(LAYOUT, 0, first);
    assertThat(record.upload(LAYOUT).apply(0)).isEqualTo(first);
    assertThat(record.upload(LAYOUT).apply(1)).isEqualTo(second);
    record.dropUpload();
    assertThatThrownBy(() -> record.upload(LAYOUT).apply(0))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void aFileThatIsTooShortGivesShortChunks() throws Exception {
    RoundRecord record = new RoundRecords(home.resolve("ledger.jsonl")).begin(manifest(0));
    Files.write(record.totalFile(), new byte[7]);
    assertThat(record.total(LAYOUT).apply(0)).hasSize(7);
    assertThat(record.total(LAYOUT).apply(1)).isEmpty();
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws Exception {
    RoundRecord record = new RoundRecords(home.resolve("ledger.jsonl")).begin(manifest(0));
    Path file = home.resolve("rounds").resolve(manifest(0).hex()).resolve("proceedings");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Proceedings.MAX_BYTES + 1L);
    }
    assertThatThrownBy(record::proceedings)
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("larger than any such file");
  }

  @Test
  void whatALinkPointsToIsNotDeleted() throws Exception {
    Path keys = Files.createDirectory(home.resolve("keys"));
    Path key = Files.writeString(keys.resolve("identity.key"), "secret");
    Path link = Files.createDirectory(home.resolve("rounds")).resolve(manifest(99).hex());
    Files.createSymbolicLink(link, keys);
    RoundRecords records = new RoundRecords(home.resolve("ledger.jsonl"));
    for (int i = 0; i < RoundRecords.KEPT + 3; i++) {
      records.end(records.begin(manifest(i)));
    }
    assertThat(key).hasContent("secret");
  }

  @Test
  void whatIsNoFileIsNotRead() throws Exception {
    RoundRecord record = new RoundRecords(home.resolve("ledger.jsonl")).begin(manifest(0));
    Path own = home.resolve("rounds").resolve(manifest(0).hex());
    Files.createSymbolicLink(own.resolve("opening"), Path.of("/dev/zero"));
    Files.createDirectory(own.resolve("tags"));
    assertThatThrownBy(record::opening).isInstanceOf(MalformedException.class);
    assertThatThrownBy(record::tags).isInstanceOf(MalformedException.class);
  }

  /// The one before is kept whatever it has: its sum may be asked about yet.
  @Test
  void ofRoundsWithLongVectorsFewerAreKept() throws Exception {
    RoundRecords records = new RoundRecords(home.resolve("ledger.jsonl"));
    for (int i = 0; i < 5; i++) {
      RoundRecord record = records.begin(manifest(i));
      try (RandomAccessFile sparse = new RandomAccessFile(record.totalFile().toFile(), "rw")) {
        sparse.setLength(i < 3 ? RoundRecords.MOST_BYTES / 2 : RoundRecords.MOST_BYTES + 1);
      }
      records.end(record);
      age(i);
    }
    assertThat(kept(5)).containsExactly(3, 4);
    records.begin(manifest(5));
    assertThat(kept(6)).containsExactly(4, 5);
  }

  /// A long study's round is not lost to those of a short one beside it.
  @Test
  void aRoundThatIsUnderWayStays() throws Exception {
    RoundRecords records = new RoundRecords(home.resolve("ledger.jsonl"));
    RoundRecord running = records.begin(manifest(0));
    try (RandomAccessFile sparse = new RandomAccessFile(running.totalFile().toFile(), "rw")) {
      sparse.setLength(RoundRecords.MOST_BYTES + 1);
    }
    age(0);
    for (int i = 1; i < RoundRecords.KEPT + 3; i++) {
      records.end(records.begin(manifest(i)));
      age(i);
    }
    assertThat(kept(3)).contains(0);
    records.end(running);
    records.begin(manifest(99));
    assertThat(kept(3)).doesNotContain(0);
  }

  @Test
  void aRoundThatIsOverHasNoUploadOfItsOwn() throws Exception {
    RoundRecords records = new RoundRecords(home.resolve("ledger.jsonl"));
    RoundRecord record = records.begin(manifest(0));
    record.keepChunk(LAYOUT, 0, new byte[LAYOUT.packedBytes(0)]);
    records.end(record);
    assertThatThrownBy(() -> record.upload(LAYOUT).apply(0))
        .isInstanceOf(UncheckedIOException.class);
  }

  private List<Integer> kept(int of) {
    RoundRecords records = new RoundRecords(home.resolve("ledger.jsonl"));
    return IntStream.range(0, of)
        .filter(i -> records.find(manifest(i)).isPresent())
        .boxed()
        .toList();
  }

  /// Neither takes the other's place.
  @Test
  void roundsWhoseSumWasWrongStayWhileOthersGo() throws Exception {
    RoundRecords records = new RoundRecords(home.resolve("ledger.jsonl"));
    int lies = RoundRecords.KEPT + 2;
    for (int i = 0; i < lies; i++) {
      RoundRecord record = records.begin(manifest(i));
      record.markWrong();
      records.end(record);
      age(i);
    }
    int all = lies + RoundRecords.KEPT + 5;
    for (int i = lies; i < all; i++) {
      records.end(records.begin(manifest(i)));
      age(i);
    }
    for (int i = 0; i < all; i++) {
      boolean stays = i < lies ? i >= 2 : i >= all - RoundRecords.KEPT;
      assertThat(records.find(manifest(i)).isPresent()).as("round %d", i).isEqualTo(stays);
    }
  }

  private void age(int i) throws Exception {
    Files.setLastModifiedTime(
        home.resolve("rounds").resolve(manifest(i).hex()), FileTime.fromMillis(1000L * i));
  }

  private static Digest manifest(int i) {
    return Digest.ofText("manifest " + i);
  }
}

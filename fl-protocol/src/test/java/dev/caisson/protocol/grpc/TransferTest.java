package dev.caisson.protocol.grpc;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TransferTest {
  private static final byte[] CONTENT = {1, 2, 3, 4, 5};
  private static final Digest DIGEST = Digest.of(CONTENT);

  @Test
  void piecesMakeTheWhole() throws Exception {
    assertThat(receive(5, 5, CONTENT)).isEqualTo(CONTENT);
    assertThat(receive(5, 5, new byte[] {1, 2}, new byte[] {3, 4, 5}, new byte[0]))
        .isEqualTo(CONTENT);
    assertThat(
            Transfer.receive(List.of(chunk(0, new byte[0])).iterator(), Digest.of(new byte[0]), 0))
        .isEmpty();
  }

  @Test
  void aPieceWithNothingInItIsRefusedBeforeTheEnd() {
    assertThatIOException()
        .isThrownBy(() -> receive(5, 5, new byte[] {1, 2}, new byte[0], new byte[] {3, 4, 5}))
        .withMessageContaining("has nothing in it, after 2 of 5 bytes");
  }

  @Test
  void contentOfManyPiecesGrowsToItsAnnouncedSize() throws Exception {
    byte[] large = new byte[(5 << 20) + 3];
    Arrays.fill(large, (byte) 7);
    List<BlobChunk> chunks = new ArrayList<>();
    for (int at = 0; at < large.length; at += 700_000) {
      chunks.add(
          chunk(large.length, Arrays.copyOfRange(large, at, Math.min(large.length, at + 700_000))));
    }
    assertThat(Transfer.receive(chunks.iterator(), Digest.of(large), large.length))
        .isEqualTo(large);
  }

  /// 20 GiB, if memory were taken as announced.
  @Test
  void whatIsOnlyAnnouncedTakesNoMemory() {
    List<Receiving> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Receiving receiving = new Receiving(DIGEST, 1L << 30, new Receiving.InMemory());
      all.add(receiving);
      assertThatNoException()
          .isThrownBy(() -> receiving.take(List.of(chunk(1 << 30, CONTENT)).iterator()));
    }
    assertThat(all).allSatisfy(receiving -> assertThat(receiving.offset()).isEqualTo(5));
  }

  @Test
  void moreThanAnnouncedIsRefused() {
    assertThatIOException()
        .isThrownBy(() -> receive(4, 100, CONTENT))
        .withMessageContaining("longer than announced");
    assertThatIOException()
        .isThrownBy(() -> receive(5, 100, CONTENT, new byte[1]))
        .withMessageContaining("longer than announced");
  }

  @Test
  void lessThanAnnouncedIsRefused() {
    assertThatIOException()
        .isThrownBy(() -> receive(6, 100, CONTENT))
        .withMessageContaining("ended early");
    assertThatIOException()
        .isThrownBy(() -> Transfer.receive(List.<BlobChunk>of().iterator(), DIGEST, 100))
        .withMessageContaining("ended early");
  }

  /// The announcements are far more than this JVM's heap: the refusal comes before any memory.
  @Test
  void anAnnouncementBeyondTheAgreementIsRefusedBeforeAnythingIsAllocated() {
    for (long total : new long[] {6, Long.MAX_VALUE, -1, Integer.MAX_VALUE + 1L}) {
      assertThatIOException()
          .isThrownBy(() -> receive(total, 5, CONTENT))
          .withMessageContaining("at most 5");
    }
    assertThatIOException()
        .isThrownBy(() -> receive(1L << 40, Long.MAX_VALUE, CONTENT))
        .withMessageContaining("do not fit into an array");
  }

  /// Whose length no array has: only that it is taken is shown here, not all of it.
  @Test
  void aFileTakesContentBeyondTheLongestArray(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("content");
    long total = 3L << 30;
    try (FileChannel out = FileChannel.open(file, CREATE_NEW, WRITE)) {
      Receiving receiving = new Receiving(DIGEST, total, new Receiving.ToFile(out));
      receiving.take(List.of(chunk(total, CONTENT)).iterator());
      assertThat(receiving.offset()).isEqualTo(CONTENT.length);
      assertThatIOException().isThrownBy(receiving::end).withMessageContaining("ended early");
    }
    assertThat(file).hasBinaryContent(CONTENT);
  }

  @Test
  void aFileGoesOnWhereACallBroke(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("content");
    try (FileChannel out = FileChannel.open(file, CREATE_NEW, WRITE)) {
      Receiving receiving = new Receiving(DIGEST, 5, new Receiving.ToFile(out));
      receiving.take(List.of(chunk(5, Arrays.copyOf(CONTENT, 2))).iterator());
      receiving.take(List.of(chunk(5, Arrays.copyOfRange(CONTENT, 2, 5))).iterator());
      receiving.end();
    }
    assertThat(file).hasBinaryContent(CONTENT);
  }

  @Test
  void otherContentIsRefused() {
    byte[] other = {1, 2, 3, 4, 6};
    assertThatIOException()
        .isThrownBy(() -> receive(5, 5, other))
        .withMessageContaining("its digest differs")
        .withMessageContaining(DIGEST.toString());
  }

  private static byte[] receive(long total, long max, byte[]... pieces) throws IOException {
    List<BlobChunk> chunks = new ArrayList<>();
    Arrays.stream(pieces).forEach(piece -> chunks.add(chunk(total, piece)));
    return Transfer.receive(chunks.iterator(), DIGEST, max);
  }

  private static BlobChunk chunk(long total, byte[] data) {
    return BlobChunk.newBuilder().setTotal(total).setData(ByteString.copyFrom(data)).build();
  }
}

package dev.caisson.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.aggregate.ChunkStore;
import dev.caisson.trust.Digest;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoundStoreTest {
  private static final int CHUNKS = 3;
  private static final RoundManifest MANIFEST =
      new RoundManifest(
          "study",
          1,
          "train",
          Digest.ofText("model"),
          Digest.ofText("config"),
          List.of("a", "b", "c"),
          3,
          VectorSpec.of(new Segment.Exact("x", 2 * Layout.CHUNK_LANES + 9, 100, false)),
          new Weights.Equal(),
          Digest.ofText("nonce"),
          0,
          1,
          Signatures.ML_DSA);
  private static final int FULL = MANIFEST.layout().packedBytes(0);

  @TempDir Path folder;

  /// A chunk that no other member and place has.
  private static byte[] chunk(int member, int chunk) {
    byte[] packed = new byte[MANIFEST.layout().packedBytes(chunk)];
    Arrays.fill(packed, (byte) (16 * member + chunk));
    return packed;
  }

  @Test
  void inMemoryOrInTheFileEveryChunkComesBackAsItWasPut() {
    for (long limit : new long[] {0, 2L * FULL + 5, Long.MAX_VALUE / 2}) {
      try (RoundStore store = new RoundStore(folder, MANIFEST, limit)) {
        ChunkStore sum = store.sum();
        for (int chunk = CHUNKS - 1; chunk >= 0; chunk--) {
          for (int member = 0; member < 3; member++) {
            store.put(member, chunk, chunk(member, chunk));
          }
          sum.put(chunk, chunk(3, chunk));
        }
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
          for (int member = 0; member < 3; member++) {
            assertThat(store.get(member, chunk)).isEqualTo(chunk(member, chunk));
          }
          assertThat(sum.get(chunk)).isEqualTo(chunk(3, chunk));
        }
      }
    }
  }

  /// On Linux the name is gone while the file is still open: a crash leaves nothing either.
  @Test
  void nothingIsLeftInTheFolder() throws Exception {
    try (RoundStore store = new RoundStore(folder, MANIFEST, 0)) {
      store.put(0, 0, chunk(0, 0));
      assertThat(folder).isEmptyDirectory();
      assertThat(store.get(0, 0)).isEqualTo(chunk(0, 0));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shortUploadsNeverTouchTheDisk() throws Exception {
    Path missing = folder.resolve("missing");
    try (RoundStore store = new RoundStore(missing, MANIFEST, FULL)) {
      store.put(1, 0, chunk(1, 0));
      assertThat(store.get(1, 0)).isEqualTo(chunk(1, 0));
      assertThat(Files.exists(missing)).isFalse();
    }
  }

  @Test
  void whatIsDiscardedMakesRoomInMemory() {
    Path missing = folder.resolve("missing");
    try (RoundStore store = new RoundStore(missing, MANIFEST, FULL)) {
      store.put(0, 0, chunk(0, 0));
      store.discard(0);
      store.put(1, 0, chunk(1, 0));
      assertThat(store.get(1, 0)).isEqualTo(chunk(1, 0));
    }
  }

  /// A folder that is not there stands for a disk that takes nothing.
  @Test
  void aDiskThatTakesNothingSaysSo() {
    try (RoundStore store = new RoundStore(folder.resolve("missing"), MANIFEST, 0)) {
      assertThatThrownBy(() -> store.put(0, 0, chunk(0, 0)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageStartingWith("the uploads of this round cannot be kept on disk: ");
      assertThatThrownBy(() -> store.get(0, 0)).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void aChunkThatWasNeverPutIsNotReadFromBeyondTheFile() {
    try (RoundStore store = new RoundStore(folder, MANIFEST, 0)) {
      store.put(0, 0, chunk(0, 0));
      assertThatThrownBy(() -> store.get(2, 2))
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("it is shorter than what was put");
    }
  }

  @Test
  void refusesWhatTheManifestHasNoPlaceFor() {
    try (RoundStore store = new RoundStore(folder, MANIFEST, 0)) {
      assertThatIllegalArgumentException().isThrownBy(() -> store.put(0, 0, new byte[FULL + 1]));
      assertThatIllegalArgumentException().isThrownBy(() -> store.put(4, 0, chunk(0, 0)));
      assertThatIllegalArgumentException().isThrownBy(() -> store.put(-1, 0, chunk(0, 0)));
      assertThatThrownBy(() -> store.put(0, CHUNKS, new byte[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void afterwardsNothingIsKept() {
    RoundStore store = new RoundStore(folder, MANIFEST, 0);
    store.put(0, 0, chunk(0, 0));
    store.close();
    assertThatThrownBy(() -> store.get(0, 0)).isInstanceOf(UncheckedIOException.class);
  }
}

package dev.caisson.protocol.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caisson.trust.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlobStoreTest {
  private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void givesBackWhatWasPutUnderItsDigest() throws Exception {
    BlobStore store = new BlobStore(folder.resolve("new/blobs"));
    Digest digest = store.put(CONTENT);
    assertThat(digest).isEqualTo(Digest.of(CONTENT));
    assertThat(store.put(CONTENT)).isEqualTo(digest);
    assertThat(new BlobStore(folder.resolve("new/blobs")).get(digest)).isEqualTo(CONTENT);
    assertThat(files(folder.resolve("new/blobs"))).containsExactly(digest.hex());
  }

  @Test
  void sweepsAwayWhatNobodyWantsAndWhatNeverCameToItsEnd() throws Exception {
    BlobStore store = new BlobStore(folder);
    Digest wanted = store.put(CONTENT);
    Digest unwanted = store.put(new byte[] {1});
    Files.writeString(folder.resolve("incoming-7.part"), "torn");
    Files.writeString(folder.resolve("README"), "not ours");
    store.sweep(wanted::equals);
    assertThat(files(folder)).containsExactlyInAnyOrder(wanted.hex(), "README");
    store.delete(unwanted);
    store.delete(wanted);
    assertThat(files(folder)).containsExactly("README");
  }

  @Test
  void namesTheBlobThatIsDamaged() throws Exception {
    BlobStore store = new BlobStore(folder);
    Digest digest = store.put(CONTENT);
    Path file = folder.resolve(digest.hex());
    byte[] damaged = CONTENT.clone();
    damaged[0] ^= 1;
    Files.write(file, damaged);
    assertThatIOException()
        .isThrownBy(() -> store.get(digest))
        .withMessageContaining(file.toString())
        .withMessageContaining("damaged");
    Files.write(file, new byte[0]);
    assertThatIOException().isThrownBy(() -> store.get(digest)).withMessageContaining("damaged");
  }

  @Test
  void namesTheBlobThatIsMissing() throws Exception {
    Digest digest = Digest.ofText("never put");
    assertThatIOException()
        .isThrownBy(() -> new BlobStore(folder).get(digest))
        .withMessage("%s is not in %s", digest, folder);
  }

  /// Readers race four writers: each sees nothing or the whole content, and no part stays behind.
  @Test
  void aBlobAppearsWholeOrNotAtAll() throws Exception {
    BlobStore store = new BlobStore(folder);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 8; i++) {
        byte[] content = new byte[1 << 18];
        content[0] = (byte) i;
        Digest digest = Digest.of(content);
        Path file = folder.resolve(digest.hex());
        Callable<Boolean> put = () -> store.put(content).equals(digest);
        Callable<Boolean> read =
            () -> !Files.exists(file) || Arrays.equals(Files.readAllBytes(file), content);
        for (Future<Boolean> done : threads.invokeAll(List.of(put, read, read, put, read))) {
          assertThat(done.get()).isTrue();
        }
        assertThat(store.get(digest)).isEqualTo(content);
      }
    }
    assertThat(files(folder)).hasSize(8).allMatch(name -> name.matches("[0-9a-f]{64}"));
  }

  private static List<String> files(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}

package dev.caisson.client.ledger;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.check.Proceedings;
import dev.caisson.secagg.message.Limits;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;

/// The files of one round. Written once each; what is read is bounded and decoded anew.
public final class RoundRecord {
  private static final String UPLOAD = "upload";
  private static final String TOTAL = "total";

  private final Path folder;

  RoundRecord(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /// Keeps a chunk of this site's own upload as it was sent.
  public void keepChunk(Layout layout, int chunk, byte[] packed) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(UPLOAD).toFile(), "rw")) {
      file.seek(offset(layout, chunk));
      file.write(packed);
    }
  }

  /// The chunks of this site's own upload; an `UncheckedIOException` where they are not there.
  public IntFunction<byte[]> upload(Layout layout) {
    return chunks(UPLOAD, layout);
  }

  /// The sum was wrong: what is here may be evidence, and stays when other rounds go.
  public void markWrong() throws IOException {
    Files.write(folder.resolve(RoundRecords.WRONG), new byte[0]);
  }

  /// The own upload is not needed any more.
  public void dropUpload() throws IOException {
    Files.deleteIfExists(folder.resolve(UPLOAD));
  }

  public void keep(Proceedings proceedings) throws IOException {
    Files.write(folder.resolve("proceedings"), proceedings.encoded());
  }

  public Proceedings proceedings() throws IOException, MalformedException {
    return Proceedings.decode(bounded("proceedings", Proceedings.MAX_BYTES));
  }

  public void keep(SignedSumOpening opening) throws IOException {
    Files.write(folder.resolve("opening"), opening.encoded());
  }

  public SignedSumOpening opening() throws IOException, MalformedException {
    return SignedSumOpening.decode(bounded("opening", Limits.SIGNED_SUM_OPENING));
  }

  public void keep(TagList tags) throws IOException {
    Files.write(folder.resolve("tags"), tags.encoded());
  }

  public TagList tags() throws IOException, MalformedException {
    return TagList.decode(bounded("tags", Limits.TAG_LIST));
  }

  /// Where the total goes.
  public Path totalFile() {
    return folder.resolve(TOTAL);
  }

  /// The chunks of the total, in its layout.
  public IntFunction<byte[]> total(Layout layout) {
    return chunks(TOTAL, layout);
  }

  /// Where another member's upload goes.
  public Path uploadFile(int member) {
    return folder.resolve(shown(member));
  }

  public boolean hasUpload(int member) {
    return Files.isRegularFile(folder.resolve(shown(member)));
  }

  /// The chunks of another member's upload.
  public IntFunction<byte[]> upload(int member, Layout layout) {
    return chunks(shown(member), layout);
  }

  private static String shown(int member) {
    return "upload-" + member;
  }

  private byte[] bounded(String name, int maxBytes) throws IOException, MalformedException {
    Path file = folder.resolve(name);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new MalformedException("%s is no file".formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new MalformedException("%s is larger than any such file can be".formatted(file));
      }
      return bytes;
    }
  }

  /// Short where the file is: then no chunk of this layout, which its reader says.
  private IntFunction<byte[]> chunks(String name, Layout layout) {
    return chunks(folder.resolve(name), layout);
  }

  /// The chunks of a vector of this layout that lie one behind the other in a file; an
  /// `UncheckedIOException` where it cannot be read.
  public static IntFunction<byte[]> chunks(Path path, Layout layout) {
    return chunk -> {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
        long from = Math.min(offset(layout, chunk), file.length());
        byte[] packed = new byte[(int) Math.min(layout.packedBytes(chunk), file.length() - from)];
        file.seek(from);
        file.readFully(packed);
        return packed;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static long offset(Layout layout, int chunk) {
    return (long) layout.packedBytes(0) * chunk;
  }
}

package dev.caisson.protocol.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Iterator;

/// Content on its way in, over as many calls as it takes: each goes on where the one before broke.
/// The digest is checked over the whole. Memory and disk are taken as content comes, not as it is
/// announced.
public final class Receiving {
  private final Digest expected;
  private final long maxBytes;
  private final Place place;
  private final MessageDigest sha = Digest.sha256();
  private long total;
  private boolean announced;
  private long filled;

  /// Where content goes, from its first byte to its last.
  public interface Place {
    /// So many bytes are announced, once, before the first of them; refuses more than it can hold.
    void announced(long total) throws IOException;

    /// Takes the next bytes.
    void put(ByteBuffer piece) throws IOException;
  }

  /// At most `maxBytes` are taken.
  public Receiving(Digest expected, long maxBytes, Place place) {
    this.expected = expected;
    this.maxBytes = maxBytes;
    this.place = place;
  }

  /// How many bytes are here: the offset to ask for next.
  public long offset() {
    return filled;
  }

  /// Takes the pieces of one call until it ends or breaks; what came is kept either way.
  public void take(Iterator<BlobChunk> chunks) throws IOException {
    while (chunks.hasNext()) {
      take(chunks.next());
    }
  }

  private void take(BlobChunk chunk) throws IOException {
    if (!announced) {
      if (chunk.getTotal() < 0 || chunk.getTotal() > maxBytes) {
        throw new IOException(
            "the content of %s is said to have %d bytes; at most %d are taken"
                .formatted(expected, chunk.getTotal(), maxBytes));
      }
      total = chunk.getTotal();
      place.announced(total);
      announced = true;
    }
    ByteString data = chunk.getData();
    if (data.size() > total - filled) {
      throw new IOException("the content of %s is longer than announced".formatted(expected));
    }
    if (data.isEmpty() && filled < total) {
      throw new IOException(
          "a piece of %s has nothing in it, after %d of %d bytes"
              .formatted(expected, filled, total));
    }
    for (ByteBuffer piece : data.asReadOnlyByteBufferList()) {
      sha.update(piece.duplicate());
      place.put(piece);
    }
    filled += data.size();
  }

  /// To be asked once its last call has ended: whether all of it is here, and what was asked for.
  public void end() throws IOException {
    if (!announced || filled != total) {
      throw new IOException("the content of %s ended early".formatted(expected));
    }
    if (!Digest.ofBytes(sha.digest()).equals(expected)) {
      throw new IOException("what came is not %s: its digest differs".formatted(expected));
    }
  }

  /// An array, which has less than 2 GiB.
  public static final class InMemory implements Place {
    private static final int FIRST = 1 << 20;

    private byte[] content = new byte[0];
    private int most;
    private int filled;

    @Override
    public void announced(long total) throws IOException {
      if (total > Integer.MAX_VALUE - 8) {
        throw new IOException("%d bytes do not fit into an array".formatted(total));
      }
      most = (int) total;
      content = new byte[Math.min(most, FIRST)];
    }

    @Override
    public void put(ByteBuffer piece) {
      int size = piece.remaining();
      if (size > content.length - filled) {
        long grown = Math.max(2L * content.length, (long) filled + size);
        content = Arrays.copyOf(content, (int) Math.min(most, grown));
      }
      piece.get(content, filled, size);
      filled += size;
    }

    /// All of it, once it has ended.
    public byte[] content() {
      return content;
    }
  }

  /// The end of an open file, which stays its opener's.
  public record ToFile(FileChannel file) implements Place {
    @Override
    public void announced(long total) {
      // the disk says itself when it is full
    }

    @Override
    public void put(ByteBuffer piece) throws IOException {
      while (piece.hasRemaining()) {
        file.write(piece);
      }
    }
  }
}

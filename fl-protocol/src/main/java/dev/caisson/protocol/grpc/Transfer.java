package dev.caisson.protocol.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves content in pieces, at the pace of the slower side, and never takes more than was agreed.
public final class Transfer {
  private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

  private Transfer() {}

  /// Streams content of `total` bytes to a caller as it is ready to take it, then completes the
  /// call and closes the content. To be called from within the method that answers the call.
  public static void send(InputStream content, long total, StreamObserver<BlobChunk> to) {
    ServerCallStreamObserver<BlobChunk> call = (ServerCallStreamObserver<BlobChunk>) to;
    Sending sending = new Sending(content, total, call);
    call.setOnCancelHandler(sending::close);
    call.setOnReadyHandler(sending::proceed);
  }

  /// The same to a caller that has the first `offset` bytes already. An offset that is not within
  /// the content is an `IllegalArgumentException`; the content is closed then too.
  public static void send(
      InputStream content, long total, long offset, StreamObserver<BlobChunk> to)
      throws IOException {
    boolean skipped = false;
    try {
      if (offset < 0 || offset > total) {
        throw new IllegalArgumentException(
            "the content has %d bytes, none from %d on".formatted(total, offset));
      }
      content.skipNBytes(offset);
      skipped = true;
    } finally {
      if (!skipped) {
        content.close();
      }
    }
    send(content, total, to);
  }

  /// gRPC calls its methods one at a time.
  private static final class Sending {
    private final InputStream content;
    private final long total;
    private final ServerCallStreamObserver<BlobChunk> call;
    private boolean done;

    Sending(InputStream content, long total, ServerCallStreamObserver<BlobChunk> call) {
      this.content = content;
      this.total = total;
      this.call = call;
    }

    void proceed() {
      try {
        while (!done && call.isReady()) {
          byte[] piece = content.readNBytes(Wire.PIECE);
          call.onNext(
              BlobChunk.newBuilder()
                  .setTotal(total)
                  .setData(UnsafeByteOperations.unsafeWrap(piece))
                  .build());
          if (piece.length < Wire.PIECE) {
            close();
            call.onCompleted();
          }
        }
      } catch (IOException e) {
        close();
        call.onError(Status.INTERNAL.withDescription("cannot read it").asRuntimeException());
      }
    }

    void close() {
      done = true;
      try {
        content.close();
      } catch (IOException e) {
        LOG.warn("cannot close a file that was sent", e);
      }
    }
  }

  /// Content on its way in, over as many calls as it takes: each goes on where the one before
  /// broke. The digest is checked over the whole. Memory is taken as it comes, not as it is
  /// announced.
  public static final class Receiving {
    private static final int FIRST = 1 << 20;

    private final Digest expected;
    private final long maxBytes;
    private int total;
    private byte[] content = new byte[0];
    private boolean announced;
    private int filled;

    /// At most `maxBytes` are taken.
    public Receiving(Digest expected, long maxBytes) {
      this.expected = expected;
      this.maxBytes = maxBytes;
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
        if (chunk.getTotal() < 0 || chunk.getTotal() > Math.min(maxBytes, Integer.MAX_VALUE - 8)) {
          throw new IOException(
              "the content of %s is said to have %d bytes; at most %d are taken"
                  .formatted(expected, chunk.getTotal(), maxBytes));
        }
        total = (int) chunk.getTotal();
        content = new byte[Math.min(total, FIRST)];
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
      if (data.size() > content.length - filled) {
        long grown = Math.max(2L * content.length, (long) filled + data.size());
        content = Arrays.copyOf(content, (int) Math.min(total, grown));
      }
      data.copyTo(content, filled);
      filled += data.size();
    }

    /// The whole content, once its last call has ended.
    public byte[] whole() throws IOException {
      if (!announced || filled != total) {
        throw new IOException("the content of %s ended early".formatted(expected));
      }
      if (!Digest.of(content).equals(expected)) {
        throw new IOException("what came is not %s: its digest differs".formatted(expected));
      }
      return content;
    }
  }

  /// Collects a stream of at most `maxBytes` and checks it against the digest that was asked for.
  public static byte[] receive(Iterator<BlobChunk> chunks, Digest expected, long maxBytes)
      throws IOException {
    Receiving receiving = new Receiving(expected, maxBytes);
    receiving.take(chunks);
    return receiving.whole();
  }
}

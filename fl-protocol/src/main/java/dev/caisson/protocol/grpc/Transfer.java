package dev.caisson.protocol.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
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

  /// Collects a stream of at most `maxBytes` and checks it against the digest that was asked for.
  public static byte[] receive(Iterator<BlobChunk> chunks, Digest expected, long maxBytes)
      throws IOException {
    Receiving.InMemory place = new Receiving.InMemory();
    Receiving receiving = new Receiving(expected, maxBytes, place);
    receiving.take(chunks);
    receiving.end();
    return place.content();
  }
}

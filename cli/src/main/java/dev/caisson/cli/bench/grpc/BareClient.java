package dev.caisson.cli.bench.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.protocol.grpc.PacedCall;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;

/// One caller of [BareServer]: takes the bytes and drops them, then sends as many, in pieces of
/// [Wire#PIECE].
public final class BareClient {
  private BareClient() {}

  /// So many repeats, one after the other.
  public static void run(int port, KeyFiles keys, long bytes, int repeats)
      throws IOException, InterruptedException, ExecutionException {
    ManagedChannel channel = Wire.dial("127.0.0.1", port, Role.COORDINATOR, keys);
    try {
      for (int i = 0; i < repeats; i++) {
        fetch(channel, bytes);
        upload(channel, bytes);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static void fetch(ManagedChannel channel, long bytes) throws IOException {
    Iterator<BlobChunk> chunks =
        SitesGrpc.newBlockingStub(channel).fetch(FetchRequest.getDefaultInstance());
    long came = 0;
    while (chunks.hasNext()) {
      came += chunks.next().getData().size();
    }
    if (came != bytes) {
      throw new IOException("%d bytes came instead of %d".formatted(came, bytes));
    }
  }

  private static void upload(ManagedChannel channel, long bytes)
      throws InterruptedException, ExecutionException {
    PacedCall<UploadChunk, UploadReceipt> call = new PacedCall<>();
    SitesGrpc.newStub(channel).upload(call);
    ByteString piece = UnsafeByteOperations.unsafeWrap(new byte[Wire.PIECE]);
    for (long left = bytes; left > 0; left -= Wire.PIECE) {
      ByteString next = left >= Wire.PIECE ? piece : piece.substring(0, (int) left);
      call.send(UploadChunk.newBuilder().setData(next).build(), BareClient::goOn);
    }
    call.end(BareClient::goOn);
  }

  /// As long as it takes: the measurement has a limit of its own.
  private static void goOn() {}
}

package dev.caisson.client.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.protocol.grpc.PacedCall;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;

/// One call that uploads chunks, and gives up when the line takes nothing for too long.
final class UploadCall {
  private UploadCall() {}

  /// Says whether a call that has to wait should be given up.
  interface Stall extends PacedCall.Patience<IOException> {}

  /// Sends the chunks from `from` on; returns when the coordinator has taken all of them.
  static void send(
      ManagedChannel channel,
      String study,
      String round,
      int from,
      int chunks,
      IntFunction<byte[]> chunk,
      Stall stall)
      throws IOException, InterruptedException {
    PacedCall<UploadChunk, UploadReceipt> call = new PacedCall<>();
    SitesGrpc.newStub(channel).upload(call);
    boolean done = false;
    try {
      for (int i = from; i < chunks; i++) {
        UploadChunk.Builder next =
            UploadChunk.newBuilder()
                .setIndex(i)
                .setData(UnsafeByteOperations.unsafeWrap(chunk.apply(i)));
        if (i == from) {
          next.setStudy(study).setRound(round);
        }
        call.send(next.build(), stall);
      }
      call.end(stall);
      done = true;
    } catch (ExecutionException e) {
      throw LineBrokenException.of("the upload broke", e.getCause() == null ? e : e.getCause());
    } catch (IllegalStateException e) {
      if (call.hasFailed()) { // gRPC says so of a call that has ended
        throw new LineBrokenException("the upload broke", e);
      }
      throw e;
    } finally {
      if (!done) {
        call.cancel("given up by the site");
      }
    }
  }
}

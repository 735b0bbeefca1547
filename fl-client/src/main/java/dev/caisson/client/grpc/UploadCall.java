package dev.caisson.client.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/// One call that uploads chunks: lets the sender wait for room instead of filling memory, and gives
/// up when the line takes nothing for too long. Sends from one thread.
final class UploadCall implements ClientResponseObserver<UploadChunk, UploadReceipt> {
  private final CompletableFuture<ClientCallStreamObserver<UploadChunk>> requests =
      new CompletableFuture<>();
  private final CompletableFuture<UploadReceipt> receipt = new CompletableFuture<>();
  private final Semaphore room = new Semaphore(0);
  private final Stall stall;

  /// Says whether a call that has to wait should be given up; asked again and again while it waits.
  interface Stall {
    /// Returns where it may go on waiting.
    void check() throws IOException, InterruptedException;
  }

  private UploadCall(Stall stall) {
    this.stall = stall;
  }

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
    UploadCall call = new UploadCall(stall);
    SitesGrpc.newStub(channel).upload(call);
    boolean done = false;
    try {
      for (int i = from; i < chunks; i++) {
        call.awaitRoom();
        UploadChunk.Builder next =
            UploadChunk.newBuilder()
                .setIndex(i)
                .setData(UnsafeByteOperations.unsafeWrap(chunk.apply(i)));
        if (i == from) {
          next.setStudy(study).setRound(round);
        }
        call.requests.join().onNext(next.build());
      }
      call.requests.join().onCompleted();
      call.awaitReceipt();
      done = true;
    } catch (ExecutionException e) {
      throw LineBrokenException.of("the upload broke", e.getCause() == null ? e : e.getCause());
    } catch (IllegalStateException e) {
      if (call.receipt.isCompletedExceptionally()) { // gRPC says so of a call that has ended
        throw new LineBrokenException("the upload broke", e);
      }
      throw e;
    } finally {
      if (!done) {
        call.requests.join().cancel("given up by the site", null);
      }
    }
  }

  private void awaitRoom() throws IOException, InterruptedException, ExecutionException {
    while (!requests.join().isReady()) {
      if (receipt.isDone()) {
        receipt.get(); // a failure; a receipt before the end is none that counts
        throw new ExecutionException(
            new StatusRuntimeException(Status.UNAVAILABLE.withDescription("it ended early")));
      }
      if (room.tryAcquire(50, TimeUnit.MILLISECONDS)) {
        room.drainPermits();
      }
      stall.check();
    }
  }

  private void awaitReceipt() throws IOException, InterruptedException, ExecutionException {
    while (true) {
      try {
        receipt.get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        stall.check();
      }
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<UploadChunk> stream) {
    stream.setOnReadyHandler(room::release);
    requests.complete(stream);
  }

  @Override
  public void onNext(UploadReceipt value) {
    receipt.complete(value);
  }

  @Override
  public void onError(Throwable t) {
    receipt.completeExceptionally(t);
    room.release();
  }

  @Override
  public void onCompleted() {
    receipt.completeExceptionally(
        new StatusRuntimeException(Status.UNAVAILABLE.withDescription("there was no receipt")));
    room.release();
  }
}

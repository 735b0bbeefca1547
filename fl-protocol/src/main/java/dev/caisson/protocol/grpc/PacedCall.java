package dev.caisson.protocol.grpc;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The client's side of a call that streams parts and gets one reply. The sender waits for room
/// instead of filling memory, so content of any length goes through little of it. Sends from one
/// thread; a call that is not ended must be cancelled.
public final class PacedCall<Q, R> implements ClientResponseObserver<Q, R> {
  private static final long TICK_MILLIS = 50;

  private final CompletableFuture<ClientCallStreamObserver<Q>> requests = new CompletableFuture<>();
  private final CompletableFuture<R> reply = new CompletableFuture<>();
  private final Semaphore room = new Semaphore(0);

  /// Says whether a call that has to wait should be given up; asked again and again while it waits.
  @FunctionalInterface
  public interface Patience<X extends Exception> {
    /// Returns where it may go on waiting.
    void check() throws X, InterruptedException;
  }

  /// Sends the next part when there is room for it.
  ///
  /// @throws ExecutionException with the call's failure, also where it was answered before its end
  public <X extends Exception> void send(Q part, Patience<X> patience)
      throws X, ExecutionException, InterruptedException {
    while (!requests.join().isReady()) {
      if (reply.isDone()) {
        reply.get(); // a failure; a reply before the end is none that counts
        throw new ExecutionException(broken("it was answered before its end"));
      }
      if (room.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        room.drainPermits();
      }
      patience.check();
    }
    requests.join().onNext(part);
  }

  /// Says that this was all, and waits for the reply.
  ///
  /// @throws ExecutionException with the call's failure
  public <X extends Exception> R end(Patience<X> patience)
      throws X, ExecutionException, InterruptedException {
    if (!reply.isDone()) {
      requests.join().onCompleted();
    }
    while (true) {
      try {
        return reply.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        patience.check();
      }
    }
  }

  /// Whether the call has failed; sending on it is then an `IllegalStateException` of gRPC's.
  public boolean hasFailed() {
    return reply.isCompletedExceptionally();
  }

  /// Gives the call up, if it has not ended.
  public void cancel(String why) {
    if (!reply.isDone()) {
      requests.join().cancel(why, null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> stream) {
    stream.setOnReadyHandler(room::release);
    requests.complete(stream);
  }

  @Override
  public void onNext(R value) {
    reply.complete(value);
  }

  @Override
  public void onError(Throwable t) {
    reply.completeExceptionally(t);
    room.release();
  }

  @Override
  public void onCompleted() {
    reply.completeExceptionally(broken("there was no reply"));
    room.release();
  }

  private static Exception broken(String why) {
    return Status.UNAVAILABLE.withDescription(why).asRuntimeException();
  }
}

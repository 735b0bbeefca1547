package dev.caisson.cli.grpc;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitPart;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One submission under way. Sending waits for room, so that a model of any size goes through
/// little memory. One thread; closed without its end it is cancelled, and the coordinator keeps
/// nothing.
final class SubmitCall implements AutoCloseable {
  /// How long the coordinator may take nothing, or answer nothing: it writes what it got to disk.
  private static final long PATIENCE_SECONDS = 120;

  private final CompletableFuture<ClientCallStreamObserver<SubmitPart>> requests =
      new CompletableFuture<>();
  private final CompletableFuture<StudySummary> reply = new CompletableFuture<>();
  private final Semaphore room = new Semaphore(0);

  private SubmitCall() {}

  static SubmitCall open(ManagedChannel channel) {
    SubmitCall call = new SubmitCall();
    StudiesGrpc.newStub(channel).submit(call.new Incoming());
    return call;
  }

  private final class Incoming implements ClientResponseObserver<SubmitPart, StudySummary> {
    @Override
    public void beforeStart(ClientCallStreamObserver<SubmitPart> stream) {
      stream.setOnReadyHandler(room::release);
      requests.complete(stream);
    }

    @Override
    public void onNext(StudySummary summary) {
      reply.complete(summary);
    }

    @Override
    public void onError(Throwable t) {
      reply.completeExceptionally(t);
      room.release();
    }

    @Override
    public void onCompleted() {
      reply.completeExceptionally(new IOException("no answer"));
      room.release();
    }
  }

  /// Sends the next part when there is room for it.
  void send(SubmitPart.Builder part) throws CommandFailure, InterruptedException {
    while (!requests.join().isReady()) {
      if (reply.isDone()) {
        await(); // it was refused while we sent
      }
      if (!room.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new CommandFailure(
            "the coordinator took no data for %d s".formatted(PATIENCE_SECONDS));
      }
    }
    requests.join().onNext(part.build());
  }

  /// Says that this was all; returns the study that became of it.
  StudySummary end() throws CommandFailure, InterruptedException {
    if (!reply.isDone()) {
      requests.join().onCompleted();
    }
    return await();
  }

  private StudySummary await() throws CommandFailure, InterruptedException {
    try {
      return reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String words = "the coordinator does not take this study: " + Statuses.inWords(cause);
      throw isCutOff(cause) ? new CutOffFailure(words, e) : new CommandFailure(words, e);
    } catch (TimeoutException e) {
      throw new CommandFailure(
          "the coordinator did not answer within %d s".formatted(PATIENCE_SECONDS), e);
    }
  }

  /// The call broke off on its way: nobody knows what became of it.
  static final class CutOffFailure extends CommandFailure {
    private static final long serialVersionUID = 1;

    private CutOffFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /// Whether a call was cut off on its way, rather than refused or never connected.
  private static boolean isCutOff(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return false;
      }
    }
    return Status.fromThrowable(failure).getCode() == Status.Code.UNAVAILABLE;
  }

  @Override
  public void close() {
    if (!reply.isDone()) {
      requests.join().cancel("the submission broke off", null);
    }
  }
}

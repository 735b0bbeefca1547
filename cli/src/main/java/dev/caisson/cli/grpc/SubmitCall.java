package dev.caisson.cli.grpc;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.grpc.PacedCall;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitPart;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.net.ConnectException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// One submission under way. Sending waits for room, so that a model of any size goes through
/// little memory. One thread; closed without its end it is cancelled, and the coordinator keeps
/// nothing.
final class SubmitCall implements AutoCloseable {
  /// How long the coordinator may take nothing, or answer nothing: it writes what it got to disk.
  private static final long PATIENCE_SECONDS = 120;

  private final PacedCall<SubmitPart, StudySummary> call = new PacedCall<>();

  private SubmitCall() {}

  static SubmitCall open(ManagedChannel channel) {
    SubmitCall submitting = new SubmitCall();
    StudiesGrpc.newStub(channel).submit(submitting.call);
    return submitting;
  }

  /// Sends the next part when there is room for it.
  void send(SubmitPart.Builder part) throws CommandFailure, InterruptedException {
    try {
      call.send(part.build(), patience("took no data"));
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /// Says that this was all; returns the study that became of it.
  StudySummary end() throws CommandFailure, InterruptedException {
    try {
      return call.end(patience("did not answer"));
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static PacedCall.Patience<CommandFailure> patience(String what) {
    long since = System.nanoTime();
    return () -> {
      if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
        throw new CommandFailure("the coordinator %s for %d s".formatted(what, PATIENCE_SECONDS));
      }
    };
  }

  private static CommandFailure failure(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String words = "the coordinator does not take this study: " + Statuses.inWords(cause);
    return isCutOff(cause) ? new CutOffFailure(words, e) : new CommandFailure(words, e);
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
    call.cancel("the submission broke off");
  }
}

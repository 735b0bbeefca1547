package dev.caisson.server.grpc;

import dev.caisson.protocol.grpc.AccessRules;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.wire.CancelRequest;
import dev.caisson.protocol.wire.CompletedRound;
import dev.caisson.protocol.wire.ListReply;
import dev.caisson.protocol.wire.ListRequest;
import dev.caisson.protocol.wire.MetricsRequest;
import dev.caisson.protocol.wire.PauseRequest;
import dev.caisson.protocol.wire.ResumeRequest;
import dev.caisson.protocol.wire.ShowRequest;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyDetail;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.server.store.StoreException;
import dev.caisson.server.study.StudyDetail.CurvePoint;
import dev.caisson.server.study.StudyLog;
import dev.caisson.server.study.StudyRegistry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What researchers call: submit, list, show, watch, pause, resume, cancel. Each sees plans, states
/// and agreed metrics of the studies that `StudyAccess` gives them; no message of this service has
/// a field for weights.
public final class StudiesEndpoint extends StudiesGrpc.StudiesImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(StudiesEndpoint.class);

  private final StudyRegistry studies;
  private final Researchers researchers;
  private final Arrivals arrivals;

  /// @param researchers those whose identity the coordinator knows
  public StudiesEndpoint(StudyRegistry studies, Researchers researchers) {
    this.studies = studies;
    this.researchers = researchers;
    this.arrivals = new Arrivals(Arrivals.Disk.of(studies.content().blobs()));
  }

  @Override
  public StreamObserver<SubmitPart> submit(StreamObserver<StudySummary> out) {
    return new Submitting(studies, arrivals, researchers, AccessRules.caller(), out);
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListReply> out) {
    Caller caller = AccessRules.caller();
    answer(
        out,
        () -> {
          ListReply.Builder reply = ListReply.newBuilder();
          studies.list(caller).forEach(study -> reply.addStudies(StudyMessages.summary(study)));
          return reply.build();
        });
  }

  @Override
  public void show(ShowRequest request, StreamObserver<StudyDetail> out) {
    Caller caller = AccessRules.caller();
    answer(
        out,
        () ->
            StudyMessages.detail(
                studies.detail(caller, request.getStudy()).orElseThrow(() -> unknown(caller))));
  }

  @Override
  public void pause(PauseRequest request, StreamObserver<StudySummary> out) {
    Caller caller = AccessRules.caller();
    change(
        out,
        caller,
        request.getStudy(),
        () -> studies.steering().pause(caller, request.getStudy()));
  }

  @Override
  public void resume(ResumeRequest request, StreamObserver<StudySummary> out) {
    Caller caller = AccessRules.caller();
    change(
        out,
        caller,
        request.getStudy(),
        () -> studies.steering().resume(caller, request.getStudy(), request.getWithoutMissing()));
  }

  @Override
  public void cancel(CancelRequest request, StreamObserver<StudySummary> out) {
    Caller caller = AccessRules.caller();
    change(
        out,
        caller,
        request.getStudy(),
        () -> studies.steering().cancel(caller, request.getStudy()));
  }

  @Override
  public void metrics(MetricsRequest request, StreamObserver<CompletedRound> out) {
    Caller caller = AccessRules.caller();
    ServerCallStreamObserver<CompletedRound> call = (ServerCallStreamObserver<CompletedRound>) out;
    String study = request.getStudy();
    if (studies.summary(caller, study).isEmpty()) {
      out.onError(unknown(caller).wire());
      return;
    }
    new Sending<>(call, "metrics-" + study).start(sending -> sendCurve(study, sending));
  }

  private void sendCurve(String study, Sending<CompletedRound> sending)
      throws InterruptedException {
    long after = 0;
    while (true) {
      List<CurvePoint> page = studies.curve(study, after);
      if (page.isEmpty()) {
        return;
      }
      for (CurvePoint round : page) {
        sending.send(StudyMessages.round(round));
        after = round.attempt();
      }
    }
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<StudyEvent> out) {
    Caller caller = AccessRules.caller();
    ServerCallStreamObserver<StudyEvent> call = (ServerCallStreamObserver<StudyEvent>) out;
    String study = request.getStudy();
    Optional<StudyLog> log = studies.log(caller, study);
    if (log.isEmpty()) {
      out.onError(unknown(caller).wire());
      return;
    }
    long from = Math.max(0, request.getFrom());
    new Sending<>(call, "watch-" + study).start(sending -> follow(study, log.get(), from, sending));
  }

  private static void follow(String study, StudyLog log, long from, Sending<StudyEvent> sending)
      throws InterruptedException {
    long next = from;
    while (true) {
      List<StudyLog.Event> events = log.from(next);
      if (events.isEmpty()) {
        return;
      }
      for (StudyLog.Event event : events) {
        sending.send(StudyMessages.event(study, event));
        next = event.sequence() + 1;
      }
    }
  }

  /// A stream of answers on a thread of its own, at the pace of the caller.
  private static final class Sending<T> {
    private final ServerCallStreamObserver<T> call;
    private final String name;
    private final Semaphore turn = new Semaphore(0);

    Sending(ServerCallStreamObserver<T> call, String name) {
      this.call = call;
      this.name = name;
    }

    interface Work<T> {
      void send(Sending<T> sending) throws InterruptedException;
    }

    void start(Work<T> work) {
      Thread thread = Thread.ofVirtual().name(name).unstarted(() -> run(work));
      call.setOnCancelHandler(thread::interrupt); // who left is not waited for
      call.setOnReadyHandler(turn::release);
      thread.start();
    }

    private void run(Work<T> work) {
      try {
        work.send(this);
        call.onCompleted();
      } catch (StoreException e) {
        LOG.error("{} ends", name, e);
        call.onError(
            Status.INTERNAL.withDescription(String.valueOf(e.getMessage())).asRuntimeException());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        call.onError(Status.UNAVAILABLE.withDescription("shutting down").asRuntimeException());
      }
    }

    void send(T message) throws InterruptedException {
      while (!call.isReady()) {
        turn.acquire();
      }
      call.onNext(message);
    }
  }

  private void change(
      StreamObserver<StudySummary> out, Caller caller, String study, Runnable change) {
    answer(
        out,
        () -> {
          if (studies.summary(caller, study).isEmpty()) {
            throw unknown(caller);
          }
          change.run();
          return StudyMessages.summary(studies.summary(caller, study).orElseThrow());
        });
  }

  private interface Answer<T> {
    T give() throws RefusedException;
  }

  private static <T> void answer(StreamObserver<T> out, Answer<T> answer) {
    T reply;
    try {
      reply = answer.give();
    } catch (RefusedException e) {
      out.onError(e.wire());
      return;
    } catch (IllegalArgumentException e) {
      out.onError(Status.FAILED_PRECONDITION.withDescription(e.getMessage()).asRuntimeException());
      return;
    } catch (StoreException e) {
      LOG.error("a call fails", e);
      out.onError(Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    out.onNext(reply);
    out.onCompleted();
  }

  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Status status;

    RefusedException(Status status) {
      super(status.getDescription());
      this.status = status;
    }

    StatusRuntimeException wire() {
      return status.asRuntimeException();
    }
  }

  private static RefusedException unknown(Caller caller) {
    return new RefusedException(
        Status.NOT_FOUND.withDescription(
            "'%s' has submitted no such study".formatted(caller.name())));
  }
}

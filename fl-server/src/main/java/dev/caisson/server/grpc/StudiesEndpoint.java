package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.grpc.AccessRules;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.ParameterCheck;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.wire.ListReply;
import dev.caisson.protocol.wire.ListRequest;
import dev.caisson.protocol.wire.RoundFigures;
import dev.caisson.protocol.wire.SiteTraffic;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitHeader;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.server.study.StudyLog;
import dev.caisson.server.study.StudyRegistry;
import dev.caisson.server.study.Submission;
import dev.caisson.yaml.BadYamlException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What researchers call: submit, list, watch. Each sees the studies it submitted itself, as plans,
/// states and agreed metrics; no message of this service has a field for weights.
public final class StudiesEndpoint extends StudiesGrpc.StudiesImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(StudiesEndpoint.class);

  /// The largest model file that is taken: no site reads a larger one. Vectors have the manifest's
  /// bound; both go to files as they arrive.
  static final long MAX_MODEL = 1L << 30;

  /// The largest list of parameters: it travels on to the airlock within one message.
  static final int MAX_MANIFEST = 1 << 20;

  private final StudyRegistry studies;

  public StudiesEndpoint(StudyRegistry studies) {
    this.studies = studies;
  }

  @Override
  public StreamObserver<SubmitPart> submit(StreamObserver<StudySummary> out) {
    return new Submitting(AccessRules.caller().name(), out);
  }

  /// One submission as it arrives: the header says how much follows, and no more is taken.
  private final class Submitting implements StreamObserver<SubmitPart> {
    private final String submitter;
    private final StreamObserver<StudySummary> out;
    private BlobStore.@Nullable Incoming model;
    private BlobStore.@Nullable Incoming vector;
    private @Nullable StudyPlan plan;
    private @Nullable ParameterManifest parameters;
    private @Nullable ParameterCheck check;
    private long modelBytes;
    private boolean refused;

    Submitting(String submitter, StreamObserver<StudySummary> out) {
      this.submitter = submitter;
      this.out = out;
    }

    @Override
    public void onNext(SubmitPart part) {
      if (refused) {
        return;
      }
      try {
        switch (part.getKindCase()) {
          case HEADER -> header(part.getHeader());
          case MODEL -> append(model, part.getModel());
          case VECTOR -> {
            append(vector, part.getVector());
            if (check != null) {
              check.take(part.getVector().asReadOnlyByteBuffer());
            }
          }
          case KIND_NOT_SET -> throw new IllegalArgumentException("an empty part");
        }
      } catch (IllegalArgumentException | ArithmeticException | BadYamlException e) {
        refuse(Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
      } catch (IOException e) {
        LOG.error("cannot keep a submission", e);
        refuse(Status.INTERNAL, "the coordinator cannot write its files");
      }
    }

    private void header(SubmitHeader header) throws BadYamlException, IOException {
      if (plan != null) {
        throw new IllegalArgumentException("a submission has one header");
      }
      modelBytes = header.getModelBytes();
      if (modelBytes < 1 || modelBytes > MAX_MODEL) {
        throw new IllegalArgumentException(
            "a model file has 1 to %d bytes, got %d".formatted(MAX_MODEL, modelBytes));
      }
      if (header.getParameters().getSerializedSize() > MAX_MANIFEST) {
        throw new IllegalArgumentException(
            "the list of parameters has at most %d bytes, got %d"
                .formatted(MAX_MANIFEST, header.getParameters().getSerializedSize()));
      }
      parameters = Manifests.fromWire(header.getParameters());
      check = new ParameterCheck(parameters);
      plan = PlanReader.read("plan", header.getPlan().toByteArray());
      VectorSpec _ = RoundVectors.training(plan, parameters.length()); // else no round sums it
      model = studies.blobs().incoming(modelBytes);
      vector = studies.blobs().incoming((long) parameters.length() * Float.BYTES);
    }

    private static void append(BlobStore.@Nullable Incoming to, ByteString piece)
        throws IOException {
      if (to == null) {
        throw new IllegalArgumentException("a submission starts with its header");
      }
      to.write(piece.toByteArray());
    }

    @Override
    public void onError(Throwable t) {
      discard(); // the researcher gave up; nothing is kept
    }

    @Override
    public void onCompleted() {
      if (refused) {
        return;
      }
      try {
        if (plan == null
            || parameters == null
            || check == null
            || model == null
            || vector == null
            || model.bytes() != modelBytes) {
          throw new IllegalArgumentException("the submission ended early");
        }
        check.end();
        Submission submission =
            studies.submit(submitter, plan, model.keep(), parameters, vector.keep());
        out.onNext(summary(submission));
        out.onCompleted();
      } catch (IllegalArgumentException e) {
        refuse(Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
      } catch (IOException e) {
        LOG.error("cannot keep a submission", e);
        refuse(Status.INTERNAL, "the coordinator cannot write its files");
      } finally {
        discard();
      }
    }

    private void discard() {
      try {
        if (model != null) {
          model.close();
        }
        if (vector != null) {
          vector.close();
        }
      } catch (IOException e) {
        LOG.error("cannot remove what is left of a submission", e);
      }
    }

    private void refuse(Status status, String why) {
      refused = true;
      discard();
      out.onError(status.withDescription(why).asRuntimeException());
    }
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListReply> out) {
    String researcher = AccessRules.caller().name();
    ListReply.Builder reply = ListReply.newBuilder();
    studies.submissionsOf(researcher).forEach(s -> reply.addStudies(summary(s)));
    out.onNext(reply.build());
    out.onCompleted();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<StudyEvent> out) {
    String researcher = AccessRules.caller().name();
    Optional<StudyLog> log = studies.logFor(researcher, request.getStudy());
    if (log.isEmpty()) {
      out.onError(
          Status.NOT_FOUND
              .withDescription("'%s' has submitted no such study".formatted(researcher))
              .asRuntimeException());
      return;
    }
    ServerCallStreamObserver<StudyEvent> call = (ServerCallStreamObserver<StudyEvent>) out;
    Thread watcher =
        Thread.ofVirtual()
            .name("watch-" + request.getStudy())
            .unstarted(() -> follow(request.getStudy(), log.get(), call));
    call.setOnCancelHandler(watcher::interrupt); // who left is not waited for
    watcher.start();
  }

  private static void follow(
      String study, StudyLog log, ServerCallStreamObserver<StudyEvent> call) {
    try {
      int next = 0;
      while (!call.isCancelled()) {
        List<StudyLog.Event> events = log.from(next);
        if (events.isEmpty()) {
          call.onCompleted();
          return;
        }
        for (StudyLog.Event event : events) {
          call.onNext(event(study, event));
          next = event.sequence() + 1;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      call.onError(Status.UNAVAILABLE.withDescription("shutting down").asRuntimeException());
    }
  }

  private static StudyEvent event(String study, StudyLog.Event event) {
    StudyEvent.Builder out =
        StudyEvent.newBuilder()
            .setSequence(event.sequence())
            .setStudy(study)
            .setState(event.state().label())
            .setText(event.text())
            .setRound(event.round())
            .setLast(event.state().isFinal())
            .setTrouble(event.trouble());
    event
        .figures()
        .ifPresent(
            figures -> {
              RoundFigures.Builder wire =
                  RoundFigures.newBuilder()
                      .putAllMetrics(figures.metrics())
                      .setMilliseconds(figures.milliseconds());
              figures
                  .bytesOut()
                  .forEach(
                      (site, bytes) ->
                          wire.addTraffic(
                              SiteTraffic.newBuilder().setSite(site).setBytesOut(bytes)));
              out.setFigures(wire);
            });
    return out.build();
  }

  private StudySummary summary(Submission submission) {
    StudyLog.Summary now = studies.summary(submission.study());
    return StudySummary.newBuilder()
        .setStudy(submission.study())
        .setName(submission.plan().name())
        .setSubmitter(submission.submitter())
        .setState(now.state().label())
        .setReason(now.reason())
        .setRoundsDone(now.roundsDone())
        .setRoundsPlanned(submission.plan().rounds())
        .setPlan(ByteString.copyFromUtf8(submission.plan().text()))
        .build();
  }
}

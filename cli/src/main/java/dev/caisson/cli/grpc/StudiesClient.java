package dev.caisson.cli.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.people.Desk;
import dev.caisson.client.study.Manifest;
import dev.caisson.client.study.SharedPart;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.CancelRequest;
import dev.caisson.protocol.wire.CompletedRound;
import dev.caisson.protocol.wire.ListRequest;
import dev.caisson.protocol.wire.MetricsRequest;
import dev.caisson.protocol.wire.PauseRequest;
import dev.caisson.protocol.wire.ResumeRequest;
import dev.caisson.protocol.wire.RoundAttempt;
import dev.caisson.protocol.wire.RoundFigures;
import dev.caisson.protocol.wire.ShowRequest;
import dev.caisson.protocol.wire.SiteStanding;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyDetail;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitHeader;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.Timings;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// A researcher's side of the coordinator: submit, list, show, watch, pause, resume, cancel.
public final class StudiesClient implements AutoCloseable {
  private static final long CALL_SECONDS = 60;

  private static final int SUBMISSIONS = 4;
  private static final long PAUSE_MILLIS = 500;
  private static final int REQUEST_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ManagedChannel channel;
  private final Desk desk;

  public StudiesClient(Desk desk) throws IOException {
    this.desk = desk;
    channel =
        Wire.dial(
            desk.coordinator().host(), desk.coordinator().port(), Role.COORDINATOR, desk.keys());
  }

  /// A study as its researcher sees it.
  public record Summary(
      String study,
      String name,
      String submitter,
      String state,
      String reason,
      int roundsDone,
      int roundsPlanned,
      Instant created,
      Instant updated) {}

  /// Something that happened in a study.
  ///
  /// @param metrics empty but on the event of a completed round
  /// @param milliseconds that the round took at the coordinator, from its opening to its sum; 0 but
  ///   on the event of a completed round
  /// @param last whether nothing follows
  public record Event(
      long sequence,
      Instant at,
      String state,
      String text,
      int round,
      SortedMap<String, Double> metrics,
      SortedMap<String, Long> bytesOut,
      long milliseconds,
      boolean trouble,
      boolean last) {}

  /// A completed round.
  ///
  /// @param round the figures are those of the state before this round of training
  public record Round(
      int round,
      String purpose,
      long attempt,
      SortedMap<String, Double> metrics,
      SortedMap<String, Long> bytesOut,
      long milliseconds,
      List<String> survivors,
      Instant ended) {}

  /// Everything of a study.
  ///
  /// @param attempt the round under way, or the last one without a sum; may have no fields
  public record Detail(
      Summary summary,
      String plan,
      Timings timings,
      List<SiteStanding> sites,
      Optional<RoundAttempt> attempt,
      List<String> pinned,
      List<Round> rounds) {}

  /// Signs a plan with its model file, and submits them; returns the study's name.
  public String submit(StudyPlan plan, OnnxModel model)
      throws CommandFailure, IOException, InterruptedException {
    List<Parameter> shared = new SharedPart(model, plan.personal()).parameters();
    KeyFiles keys = desk.keys().now();
    SignedPlan signed =
        SignedPlan.sign(
            plan.text().getBytes(StandardCharsets.UTF_8),
            model.digest(),
            keys.self().name(),
            keys.identity());
    byte[] request = new byte[REQUEST_BYTES];
    RANDOM.nextBytes(request);
    SubmitHeader header =
        SubmitHeader.newBuilder()
            .setPlan(UnsafeByteOperations.unsafeWrap(signed.text()))
            .setSignature(UnsafeByteOperations.unsafeWrap(signed.signature()))
            .setModelBytes(model.length())
            .setParameters(Manifests.toWire(Manifest.of(model, plan.personal())))
            .setRequest(UnsafeByteOperations.unsafeWrap(request))
            .build();
    for (int left = SUBMISSIONS - 1; ; left--) {
      try {
        return submit(header, model, shared);
      } catch (SubmitCall.CutOffFailure e) {
        if (left == 0) { // else the study may be there, and the same request finds it
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private String submit(SubmitHeader header, OnnxModel model, List<Parameter> shared)
      throws CommandFailure, InterruptedException {
    try (SubmitCall call = SubmitCall.open(channel)) {
      call.send(SubmitPart.newBuilder().setHeader(header));
      for (long from = 0; from < model.length(); from += Wire.PIECE) {
        int size = (int) Math.min(Wire.PIECE, model.length() - from);
        call.send(
            SubmitPart.newBuilder()
                .setModel(UnsafeByteOperations.unsafeWrap(model.bytes(from, size))));
      }
      for (Parameter parameter : shared) {
        ByteBuffer values = model.content(parameter);
        for (int from = 0; from < values.limit(); from += Wire.PIECE) {
          int size = Math.min(Wire.PIECE, values.limit() - from);
          call.send(
              SubmitPart.newBuilder()
                  .setVector(UnsafeByteOperations.unsafeWrap(values.slice(from, size))));
        }
      }
      return call.end().getStudy();
    }
  }

  public List<Summary> list() throws CommandFailure {
    return call(stub -> stub.list(ListRequest.getDefaultInstance()).getStudiesList().stream())
        .map(StudiesClient::summary)
        .toList();
  }

  public Detail show(String study) throws CommandFailure {
    StudyDetail wire = call(stub -> stub.show(ShowRequest.newBuilder().setStudy(study).build()));
    return new Detail(
        summary(wire.getSummary()),
        wire.getPlan().toStringUtf8(),
        wire.getTimings(),
        wire.getSitesList(),
        wire.hasAttempt() ? Optional.of(wire.getAttempt()) : Optional.empty(),
        wire.getPinnedList(),
        wire.getRoundsList().stream().map(StudiesClient::round).toList());
  }

  /// Hands over each completed round, oldest first.
  public void metrics(String study, Consumer<Round> each) throws CommandFailure {
    call(
        stub -> {
          stub.metrics(MetricsRequest.newBuilder().setStudy(study).build())
              .forEachRemaining(wire -> each.accept(round(wire)));
          return study;
        });
  }

  public Summary pause(String study) throws CommandFailure {
    return summary(call(stub -> stub.pause(PauseRequest.newBuilder().setStudy(study).build())));
  }

  /// @param withoutMissing also over other sites than those that may have answered already
  public Summary resume(String study, boolean withoutMissing) throws CommandFailure {
    return summary(
        call(
            stub ->
                stub.resume(
                    ResumeRequest.newBuilder()
                        .setStudy(study)
                        .setWithoutMissing(withoutMissing)
                        .build())));
  }

  public Summary cancel(String study) throws CommandFailure {
    return summary(call(stub -> stub.cancel(CancelRequest.newBuilder().setStudy(study).build())));
  }

  private <T> T call(Function<StudiesGrpc.StudiesBlockingStub, T> ask) throws CommandFailure {
    try {
      return ask.apply(
          StudiesGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS));
    } catch (StatusRuntimeException e) {
      throw switch (e.getStatus().getCode()) {
        case NOT_FOUND, FAILED_PRECONDITION, INVALID_ARGUMENT ->
            new CommandFailure(Statuses.inWords(e), e);
        default -> new CommandFailure("the coordinator is " + Statuses.inWords(e), e);
      };
    }
  }

  /// Hands over each event of a study, from its first, until it is over or `listener` has seen
  /// enough. Where the connection breaks, it goes on with the next event on another, for as long as
  /// `listener` wants to wait; where it ended with its certificate, with the renewed one at once.
  public void watch(String study, Listener listener)
      throws CommandFailure, IOException, InterruptedException {
    long next = 0;
    while (true) {
      KeyFiles began = desk.keys().now();
      try {
        Iterator<StudyEvent> events =
            StudiesGrpc.newBlockingStub(channel)
                .watch(WatchRequest.newBuilder().setStudy(study).setFrom(next).build());
        while (events.hasNext()) {
          Event event = event(events.next());
          next = event.sequence() + 1;
          if (!listener.seen(event) || event.last()) {
            return;
          }
        }
        return; // it was over before
      } catch (StatusRuntimeException e) {
        boolean broken =
            e.getStatus().getCode() == Status.Code.UNAVAILABLE
                || e.getStatus().getCode() == Status.Code.CANCELLED;
        desk.refresh();
        if (!broken && !desk.keys().now().certificate().equals(began.certificate())) {
          continue; // the server wants to see the renewed one
        }
        if (next == 0 || !broken || !listener.lost(Statuses.inWords(e))) {
          throw new CommandFailure(
              "cannot watch '%s': %s".formatted(study, Statuses.inWords(e)), e);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /// Hears of a study.
  @FunctionalInterface
  public interface Listener {
    /// Whether to go on.
    boolean seen(Event event);

    /// The connection is lost; whether to dial again.
    default boolean lost(String why) {
      return true;
    }
  }

  private static Summary summary(StudySummary s) {
    return new Summary(
        s.getStudy(),
        s.getName(),
        s.getSubmitter(),
        s.getState(),
        s.getReason(),
        s.getRoundsDone(),
        s.getRoundsPlanned(),
        Instant.ofEpochMilli(s.getCreated()),
        Instant.ofEpochMilli(s.getUpdated()));
  }

  private static Round round(CompletedRound wire) {
    return new Round(
        wire.getRound(),
        wire.getPurpose(),
        wire.getAttempt(),
        new TreeMap<>(wire.getFigures().getMetricsMap()),
        traffic(wire.getFigures()),
        wire.getFigures().getMilliseconds(),
        wire.getSurvivorsList(),
        Instant.ofEpochMilli(wire.getEnded()));
  }

  private static Event event(StudyEvent wire) {
    return new Event(
        wire.getSequence(),
        Instant.ofEpochMilli(wire.getAt()),
        wire.getState(),
        wire.getText(),
        wire.getRound(),
        new TreeMap<>(wire.getFigures().getMetricsMap()),
        traffic(wire.getFigures()),
        wire.getFigures().getMilliseconds(),
        wire.getTrouble(),
        wire.getLast());
  }

  private static SortedMap<String, Long> traffic(RoundFigures figures) {
    SortedMap<String, Long> traffic = new TreeMap<>();
    figures.getTrafficList().forEach(t -> traffic.put(t.getSite(), t.getBytesOut()));
    return traffic;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}

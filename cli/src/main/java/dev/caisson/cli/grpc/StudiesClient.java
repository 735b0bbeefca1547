package dev.caisson.cli.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.people.Desk;
import dev.caisson.client.study.Manifest;
import dev.caisson.client.study.SharedPart;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.ListRequest;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitHeader;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.runtime.onnx.OnnxModel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// A researcher's side of the coordinator: submit, list, watch.
public final class StudiesClient implements AutoCloseable {
  private static final long SUBMIT_SECONDS = 120;

  private final ManagedChannel channel;

  public StudiesClient(Desk desk) throws IOException {
    channel =
        Wire.dial(
            desk.coordinator().host(), desk.coordinator().port(), Role.COORDINATOR, desk.keys());
  }

  /// A study as its researcher sees it.
  public record Summary(
      String study, String name, String state, String reason, int roundsDone, int roundsPlanned) {}

  /// Something that happened in a study.
  ///
  /// @param metrics empty but on the event of a completed round
  public record Event(
      String state,
      String text,
      int round,
      SortedMap<String, Double> metrics,
      SortedMap<String, Long> bytesOut,
      boolean trouble) {}

  /// Submits a plan with its model file; returns the study's name.
  public String submit(StudyPlan plan, OnnxModel model)
      throws CommandFailure, IOException, InterruptedException {
    byte[] file = model.bytes();
    byte[] vector =
        ParameterManifest.bytes(
            new SharedPart(model, plan.personal()).shared(model.initialVector()));
    CompletableFuture<StudySummary> reply = new CompletableFuture<>();
    StreamObserver<SubmitPart> out = StudiesGrpc.newStub(channel).submit(new Reply(reply));
    out.onNext(
        SubmitPart.newBuilder()
            .setHeader(
                SubmitHeader.newBuilder()
                    .setPlan(ByteString.copyFrom(plan.text(), StandardCharsets.UTF_8))
                    .setModelBytes(file.length)
                    .setParameters(Manifests.toWire(Manifest.of(model, plan.personal()))))
            .build());
    for (ByteString piece : pieces(file)) {
      out.onNext(SubmitPart.newBuilder().setModel(piece).build());
    }
    for (ByteString piece : pieces(vector)) {
      out.onNext(SubmitPart.newBuilder().setVector(piece).build());
    }
    out.onCompleted();
    try {
      return reply.get(SUBMIT_SECONDS, TimeUnit.SECONDS).getStudy();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailure(
          "the coordinator does not take this study: " + Statuses.inWords(cause), e);
    } catch (TimeoutException e) {
      throw new CommandFailure("the coordinator did not answer within 2 minutes", e);
    }
  }

  private record Reply(CompletableFuture<StudySummary> future)
      implements StreamObserver<StudySummary> {
    @Override
    public void onNext(StudySummary summary) {
      future.complete(summary);
    }

    @Override
    public void onError(Throwable t) {
      future.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
      future.completeExceptionally(new IOException("no answer"));
    }
  }

  private static List<ByteString> pieces(byte[] content) {
    List<ByteString> pieces = new ArrayList<>();
    for (int from = 0; from < content.length; from += Wire.PIECE) {
      pieces.add(
          UnsafeByteOperations.unsafeWrap(
              content, from, Math.min(Wire.PIECE, content.length - from)));
    }
    return pieces;
  }

  public List<Summary> list() throws CommandFailure {
    try {
      return StudiesGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .list(ListRequest.getDefaultInstance())
          .getStudiesList()
          .stream()
          .map(
              s ->
                  new Summary(
                      s.getStudy(),
                      s.getName(),
                      s.getState(),
                      s.getReason(),
                      s.getRoundsDone(),
                      s.getRoundsPlanned()))
          .toList();
    } catch (StatusRuntimeException e) {
      throw new CommandFailure("the coordinator is " + Statuses.inWords(e), e);
    }
  }

  /// Hands over each event of a study, from its first, until it is over or `listener` has seen
  /// enough.
  public void watch(String study, Listener listener) throws CommandFailure {
    try {
      Iterator<StudyEvent> events =
          StudiesGrpc.newBlockingStub(channel)
              .watch(WatchRequest.newBuilder().setStudy(study).build());
      while (events.hasNext()) {
        StudyEvent event = events.next();
        if (!listener.seen(event(event))) {
          return;
        }
      }
    } catch (StatusRuntimeException e) {
      throw new CommandFailure("cannot watch '%s': %s".formatted(study, Statuses.inWords(e)), e);
    }
  }

  /// Hears of a study.
  @FunctionalInterface
  public interface Listener {
    /// Whether to go on.
    boolean seen(Event event);

    /// To the end.
    static Listener toTheEnd(Consumer<Event> each) {
      return event -> {
        each.accept(event);
        return true;
      };
    }
  }

  private static Event event(StudyEvent wire) {
    SortedMap<String, Double> metrics = new TreeMap<>(wire.getFigures().getMetricsMap());
    SortedMap<String, Long> traffic = new TreeMap<>();
    wire.getFigures().getTrafficList().forEach(t -> traffic.put(t.getSite(), t.getBytesOut()));
    return new Event(
        wire.getState(), wire.getText(), wire.getRound(), metrics, traffic, wire.getTrouble());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}

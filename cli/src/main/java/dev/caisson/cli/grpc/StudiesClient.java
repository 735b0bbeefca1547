package dev.caisson.cli.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.people.Desk;
import dev.caisson.client.study.Manifest;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.ListRequest;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.SubmitHeader;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.runtime.onnx.OnnxModel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A researcher's side of the coordinator: submit, list, watch.
public final class StudiesClient implements AutoCloseable {
  /// Of a vector in one piece.
  private static final int VALUES = Wire.PIECE / Float.BYTES;

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
  /// @param milliseconds that the round took at the coordinator, from its opening to its sum; 0 but
  ///   on the event of a completed round
  public record Event(
      String state,
      String text,
      int round,
      SortedMap<String, Double> metrics,
      SortedMap<String, Long> bytesOut,
      long milliseconds,
      boolean trouble) {}

  /// Submits a plan with its model file; returns the study's name.
  public String submit(StudyPlan plan, OnnxModel model)
      throws CommandFailure, IOException, InterruptedException {
    byte[] file = model.bytes();
    float[] vector = model.initialVector();
    try (SubmitCall call = SubmitCall.open(channel)) {
      call.send(
          SubmitPart.newBuilder()
              .setHeader(
                  SubmitHeader.newBuilder()
                      .setPlan(ByteString.copyFrom(plan.text(), StandardCharsets.UTF_8))
                      .setModelBytes(file.length)
                      .setParameters(Manifests.toWire(Manifest.of(model)))));
      for (int from = 0; from < file.length; from += Wire.PIECE) {
        int size = Math.min(Wire.PIECE, file.length - from);
        call.send(
            SubmitPart.newBuilder().setModel(UnsafeByteOperations.unsafeWrap(file, from, size)));
      }
      for (int from = 0; from < vector.length; from += VALUES) {
        byte[] piece =
            ParameterManifest.bytes(vector, from, Math.min(VALUES, vector.length - from));
        call.send(SubmitPart.newBuilder().setVector(UnsafeByteOperations.unsafeWrap(piece)));
      }
      return call.end().getStudy();
    }
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
        wire.getState(),
        wire.getText(),
        wire.getRound(),
        metrics,
        traffic,
        wire.getFigures().getMilliseconds(),
        wire.getTrouble());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}

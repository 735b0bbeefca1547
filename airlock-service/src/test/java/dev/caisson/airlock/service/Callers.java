package dev.caisson.airlock.service;

import com.google.protobuf.ByteString;
import dev.caisson.client.study.Manifest;
import dev.caisson.client.study.SharedPart;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.PacedCall;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitHeader;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.runtime.onnx.OnnxModel;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Whoever calls a test's coordinator over real connections, the researcher "ann" above all.
final class Callers implements AutoCloseable {
  static final String RESEARCHER = "ann";
  private static final long LIMIT_SECONDS = 150;

  private final Homes homes;
  private final int port;
  private final List<ManagedChannel> channels = new ArrayList<>();

  Callers(Homes homes, int port) {
    this.homes = homes;
    this.port = port;
  }

  ManagedChannel dial(String name, Role role) throws IOException {
    ManagedChannel channel = Wire.dial("127.0.0.1", port, Role.COORDINATOR, homes.keys(name, role));
    channels.add(channel);
    return channel;
  }

  String submit(StudyPlan plan, OnnxModel model) throws Exception {
    SignedPlan signed =
        SignedPlan.sign(
            plan.text().getBytes(StandardCharsets.UTF_8),
            model.digest(),
            RESEARCHER,
            homes.keys(RESEARCHER, Role.RESEARCHER).identity());
    PacedCall<SubmitPart, StudySummary> call = new PacedCall<>();
    StudiesGrpc.newStub(dial(RESEARCHER, Role.RESEARCHER)).submit(call);
    call.send(
        SubmitPart.newBuilder()
            .setHeader(
                SubmitHeader.newBuilder()
                    .setPlan(ByteString.copyFrom(signed.text()))
                    .setSignature(ByteString.copyFrom(signed.signature()))
                    .setModelBytes(model.bytes().length)
                    .setParameters(Manifests.toWire(Manifest.of(model, plan.personal()))))
            .build(),
        Callers::goOn);
    for (ByteString piece : pieces(model.bytes())) {
      call.send(SubmitPart.newBuilder().setModel(piece).build(), Callers::goOn);
    }
    byte[] vector =
        ParameterManifest.bytes(
            new SharedPart(model, plan.personal()).shared(model.initialVector()));
    for (ByteString piece : pieces(vector)) {
      call.send(SubmitPart.newBuilder().setVector(piece).build(), Callers::goOn);
    }
    return call.end(Callers::goOn).getStudy();
  }

  /// The test's own limit ends what takes too long.
  private static void goOn() {}

  private static List<ByteString> pieces(byte[] content) {
    List<ByteString> pieces = new ArrayList<>();
    for (int at = 0; at < content.length; at += Wire.PIECE) {
      pieces.add(ByteString.copyFrom(content, at, Math.min(Wire.PIECE, content.length - at)));
    }
    return pieces;
  }

  /// What happens until an event has this text, or the study is trained or over.
  List<StudyEvent> watch(String study, @Nullable String text) throws IOException {
    Iterator<StudyEvent> events =
        StudiesGrpc.newBlockingStub(dial(RESEARCHER, Role.RESEARCHER))
            .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
            .watch(WatchRequest.newBuilder().setStudy(study).build());
    List<StudyEvent> seen = new ArrayList<>();
    while (events.hasNext()) {
      StudyEvent event = events.next();
      seen.add(event);
      if (event.getState().equals("candidate") || event.getLast() || event.getText().equals(text)) {
        break;
      }
    }
    return seen;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}

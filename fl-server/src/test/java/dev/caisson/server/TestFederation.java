package dev.caisson.server;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.Candidate;
import dev.caisson.protocol.wire.CandidatesGrpc;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.NextRequest;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitHeader;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A running coordinator with real certificates, and people and sites that speak to it over
/// loopback. The model is four numbers; nobody trains, sites send made-up updates.
final class TestFederation implements AutoCloseable {
  static final float[] INITIAL = {0.5f, -1, 2, 0};

  private final Path folder;
  private final FederationAuthority authority =
      new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
  private final Map<String, KeyFiles> members = new TreeMap<>();
  private final Roster roster;
  private final Duration patience;
  private Coordinator coordinator;
  private final List<ManagedChannel> channels = new ArrayList<>();

  TestFederation(Path folder, Duration patience, String... sites) throws IOException {
    this.folder = folder;
    Map<String, Identity> roster = new TreeMap<>();
    for (String site : sites) {
      roster.put(site, keys(site, Role.SITE).identity().identity());
    }
    this.roster = new Roster(roster);
    this.patience = patience;
    coordinator = start();
  }

  private Coordinator start() throws IOException {
    return Coordinator.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        folder.resolve("data"),
        keys("coordinator", Role.COORDINATOR),
        roster,
        patience);
  }

  /// Cuts the coordinator off in the middle of whatever it does; nothing is told or tidied up.
  void cutOff() {
    coordinator.close();
  }

  /// Starts another coordinator on the same home; connections are to be made anew.
  void startAgain() throws IOException {
    channels.forEach(ManagedChannel::shutdownNow);
    channels.clear();
    coordinator = start();
  }

  /// A plan for these sites over the four numbers.
  static String plan(int rounds, int threshold, String... sites) {
    return """
        version: caisson/study/v1
        name: small
        project: trial
        sites: [%s]
        rounds: %d
        seed: 1
        dataset: %s
        hold-out: {fraction: 0.2}
        training: {epochs: 1, batch: 16, optimiser: sgd, learning-rate: 0.1}
        aggregation:
          threshold: %d
          clip-norm: 2
          weights: {mode: equal}
          upload-after-ms: 0
          seconds-per-round: 30
        audit: {smallest-cell: 5, max-persons: 500}
        """
        .formatted(String.join(", ", sites), rounds, Digest.ofText("data"), threshold);
  }

  KeyFiles keys(String name, Role role) throws IOException {
    KeyFiles known = members.get(name);
    if (known == null) {
      known = KeyFiles.create(folder.resolve(name), authority, new Caller(name, role));
      members.put(name, known);
    }
    return known;
  }

  /// Of somebody who has keys already.
  KeyFiles keysOf(String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  Identity coordinatorIdentity() throws IOException {
    return keys("coordinator", Role.COORDINATOR).identity().identity();
  }

  ManagedChannel dial(String name, Role role) throws IOException {
    ManagedChannel channel =
        Wire.dial("127.0.0.1", coordinator.port(), Role.COORDINATOR, keys(name, role));
    channels.add(channel);
    return channel;
  }

  Path blobs() {
    return folder.resolve("data/blobs");
  }

  /// Submits as this researcher and returns the study's name.
  String submit(String researcher, String plan) throws Exception {
    return submit(researcher, followedByItsContent(header(plan, 5)));
  }

  static List<SubmitPart> followedByItsContent(SubmitPart header) {
    return List.of(
        header,
        SubmitPart.newBuilder().setModel(ByteString.copyFromUtf8("model")).build(),
        SubmitPart.newBuilder()
            .setVector(ByteString.copyFrom(ParameterManifest.bytes(INITIAL)))
            .build());
  }

  /// What a researcher's client sends, with a request of its own drawing.
  static List<SubmitPart> parts(String plan, byte[] request) {
    SubmitPart header = header(plan, 5);
    return followedByItsContent(
        header.toBuilder()
            .setHeader(header.getHeader().toBuilder().setRequest(ByteString.copyFrom(request)))
            .build());
  }

  StudiesGrpc.StudiesBlockingStub studies(String researcher) throws IOException {
    return StudiesGrpc.newBlockingStub(dial(researcher, Role.RESEARCHER))
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  static SubmitPart header(String plan, long modelBytes) {
    ParameterManifest parameters =
        new ParameterManifest(
            List.of(
                new ParameterManifest.Entry(
                    "w", List.of(INITIAL.length), 0, Digest.of(ParameterManifest.bytes(INITIAL)))));
    return SubmitPart.newBuilder()
        .setHeader(
            SubmitHeader.newBuilder()
                .setPlan(ByteString.copyFromUtf8(plan))
                .setModelBytes(modelBytes)
                .setSignature(ByteString.copyFromUtf8("for sites to judge; these do not"))
                .setParameters(Manifests.toWire(parameters)))
        .build();
  }

  String submit(String researcher, List<SubmitPart> parts) throws Exception {
    return submit(dial(researcher, Role.RESEARCHER), parts);
  }

  static String submit(Channel researcher, List<SubmitPart> parts) throws Exception {
    CompletableFuture<StudySummary> reply = new CompletableFuture<>();
    StreamObserver<SubmitPart> out = StudiesGrpc.newStub(researcher).submit(new Reply<>(reply));
    parts.forEach(out::onNext);
    out.onCompleted();
    return reply.get(30, TimeUnit.SECONDS).getStudy();
  }

  /// Completes with the first answer or fails with the call.
  record Reply<T>(CompletableFuture<T> future) implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      future.complete(value);
    }

    @Override
    public void onError(Throwable t) {
      future.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
      future.completeExceptionally(new IllegalStateException("no answer"));
    }
  }

  /// Watches until an event satisfies this, and returns all up to it.
  List<StudyEvent> watch(String researcher, String study, Predicate<StudyEvent> until)
      throws IOException {
    Iterator<StudyEvent> events =
        StudiesGrpc.newBlockingStub(dial(researcher, Role.RESEARCHER))
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .watch(WatchRequest.newBuilder().setStudy(study).build());
    List<StudyEvent> seen = new ArrayList<>();
    while (events.hasNext()) {
      seen.add(events.next());
      if (until.test(seen.getLast())) {
        return seen;
      }
    }
    return seen;
  }

  /// Watches until the study is trained or failed.
  List<StudyEvent> trained(String researcher, String study) throws IOException {
    return watch(researcher, study, e -> e.getState().equals("candidate") || e.getLast());
  }

  /// What the airlock is told of the finished study.
  Candidate candidate() throws IOException {
    return CandidatesGrpc.newBlockingStub(dial("airlock", Role.AIRLOCK))
        .next(NextRequest.newBuilder().setWaitSeconds(30).build())
        .getCandidate();
  }

  float[] finalVector() throws IOException {
    Candidate candidate = candidate();
    return ParameterManifest.vector(
        Transfer.receive(
            CandidatesGrpc.newBlockingStub(dial("airlock", Role.AIRLOCK))
                .fetch(
                    FetchRequest.newBuilder()
                        .setStudy(candidate.getStudy())
                        .setDigest(candidate.getFinalVectorDigest())
                        .build()),
            Digest.ofBytes(candidate.getFinalVectorDigest().toByteArray()),
            1000));
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    coordinator.close();
  }
}

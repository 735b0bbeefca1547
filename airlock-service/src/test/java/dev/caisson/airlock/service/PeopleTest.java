package dev.caisson.airlock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.caisson.airlock.release.BundleVerifier;
import dev.caisson.airlock.release.Trust;
import dev.caisson.airlock.release.Verification;
import dev.caisson.airlock.review.Decision;
import dev.caisson.airlock.review.InternalReason;
import dev.caisson.airlock.review.SignedDecision;
import dev.caisson.client.study.Manifest;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.AuditReply;
import dev.caisson.protocol.wire.AuditRequest;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.protocol.wire.CandidateStatus;
import dev.caisson.protocol.wire.CandidatesGrpc;
import dev.caisson.protocol.wire.CandidatesRequest;
import dev.caisson.protocol.wire.CountSegment;
import dev.caisson.protocol.wire.DecideReply;
import dev.caisson.protocol.wire.DecideRequest;
import dev.caisson.protocol.wire.DossierReply;
import dev.caisson.protocol.wire.DossierRequest;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.NextReply;
import dev.caisson.protocol.wire.NextRequest;
import dev.caisson.protocol.wire.ReleasePart;
import dev.caisson.protocol.wire.ReleaseRequest;
import dev.caisson.protocol.wire.ReleasesGrpc;
import dev.caisson.protocol.wire.ReviewsGrpc;
import dev.caisson.protocol.wire.RoundRecord;
import dev.caisson.protocol.wire.SummedSegment;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Reviewers at a running airlock, over the wire with their own certificates and keys. The
/// candidate comes from a coordinator that has one finished study ready; its dossier is a real one.
@Timeout(120)
final class PeopleTest {
  private static final String STUDY = "small-1";
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;
  private Homes homes;
  private Path home;
  private Server coordinator;
  private AirlockProcess airlock;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Map<String, KeyFiles> people = new TreeMap<>();
  private final FinishedStudies studies = new FinishedStudies();

  /// The reviewers' roster: ada, ben and cyd are who they say; `ann` has the submitter's name,
  /// `annie` the submitter's key, `clerk` the key of site a's custodian.
  @BeforeEach
  void start() throws Exception {
    homes = new Homes(folder);
    home = homes.home("airlock");
    homes.keys("airlock", Role.AIRLOCK);
    for (String site : Studies.SITES) {
      homes.keys(site, Role.SITE);
    }
    KeyFiles ann = homes.keys("researcher-ann", Role.RESEARCHER);
    KeyFiles custodian = homes.keys("a", Role.SITE);
    homes.roster(home.resolve("federation.roster"), Studies.SITES);
    Files.write(
        home.resolve("researchers.roster"),
        new Roster(Map.of("ann", ann.identity().identity())).encoded());
    for (String reviewer : List.of("ada", "ben", "cyd", "ann", "stranger")) {
      people.put(reviewer, reviewer(reviewer, null));
    }
    people.put("annie", reviewer("annie", ann.identity()));
    people.put("clerk", reviewer("clerk", custodian.identity()));
    Map<String, Identity> roster = new TreeMap<>();
    people.forEach((name, keys) -> roster.put(name, keys.identity().identity()));
    roster.remove("stranger");
    Files.write(home.resolve("reviewers.roster"), new Roster(roster).encoded());
    coordinator =
        Wire.serve(Homes.loopback(), homes.keys("coordinator", Role.COORDINATOR), List.of(studies));
    airlock =
        AirlockProcess.start(
            home,
            Homes.loopback(),
            "127.0.0.1",
            coordinator.getPort(),
            Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private KeyFiles reviewer(String name, @org.jspecify.annotations.Nullable IdentityKey identity)
      throws IOException {
    KeyFiles own = homes.keys(name, Role.REVIEWER);
    return identity == null
        ? own
        : new KeyFiles(own.tlsKey(), own.certificate(), own.authority(), identity);
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    airlock.close();
    coordinator.shutdownNow();
  }

  @Test
  void aReleaseNeedsTwoAndComesOnlyAfterTheSecond() throws Exception {
    studies.offer(STUDY, 0);
    DossierReply dossier = dossier("ada");
    assertNothingIsReleased();
    DecideReply first = decide("ada", dossier);
    assertThat(first.getText()).isEqualTo("counted; another reviewer must decide too");
    assertThat(first.getState()).isEqualTo("PARTIALLY_REVIEWED");
    assertNothingIsReleased();
    DecideReply again = decide("ada", dossier);
    assertThat(again.getCounted()).isFalse();
    assertThat(again.getText()).contains("one person has one vote");
    assertNothingIsReleased();
    DecideReply second = decide("ben", dossier);
    assertThat(second.getState()).as(second.getText()).isEqualTo("RELEASED");
    Path bundle = fetch(person("reader", Role.RESEARCHER));
    assertThat(BundleVerifier.verify(bundle, new Trust.Key(homes.identity("airlock"))))
        .isInstanceOfSatisfying(
            Verification.Verified.class,
            verified -> {
              assertThat(verified.signerTrusted()).isTrue();
              assertThat(verified.approvers()).containsExactlyInAnyOrder("ada", "ben");
              assertThat(verified.model())
                  .isEqualTo(Digest.of(Studies.MODEL.withVector(Studies.TRAINED).bytes()));
            });
    DecideReply late = decide("cyd", dossier);
    assertThat(late.getCounted()).isFalse();
    assertThat(late.getState()).isEqualTo("RELEASED");
  }

  @Test
  void votesOfThoseWithAStakeDoNotCount() throws Exception {
    studies.offer(STUDY, 0);
    DossierReply dossier = dossier("ada");
    notCounted(decide("ann", dossier), "nobody reviews a model they submitted");
    notCounted(decide("annie", dossier), "nobody reviews a model they submitted");
    notCounted(decide("clerk", dossier), "nobody reviews a model they trained");
    notCounted(decide("stranger", dossier), "only people on the reviewers' roster decide");
    assertThat(decide("ada", dossier).getCounted()).isTrue();
    notCounted(decide("ann", dossier), "nobody reviews a model they submitted");
    notCounted(decide("annie", dossier), "nobody reviews a model they submitted");
    notCounted(decide("clerk", dossier), "nobody reviews a model they trained");
    assertThat(airlock.find(STUDY).orElseThrow().state().name()).isEqualTo("PARTIALLY_REVIEWED");
    assertNothingIsReleased();
  }

  @Test
  void aDecisionForSomethingElseDoesNotCount() throws Exception {
    studies.offer(STUDY, 0);
    DossierReply dossier = dossier("ada");
    ByteString other = ByteString.copyFrom(Digest.ofText("other").bytes());
    notCounted(
        decide("ada", dossier.toBuilder().setDossierDigest(other).build()),
        "a decision is for exactly this dossier");
    notCounted(
        decide("ada", dossier.toBuilder().setModelDigest(other).build()),
        "a decision is for exactly these model bytes");
    notCounted(
        decide("ada", dossier.toBuilder().setAttempt(2).build()),
        "a decision is for this submission");
    notCounted(
        decide("ada", dossier, r -> r.setPublicReason("another reason")),
        "carries both signatures");
    notCounted(decide("ada", dossier, r -> r.setApprove(false)), "carries both signatures");
    notCounted(
        decide("ada", dossier, r -> r.setInternalReason("another")), "carries both signatures");
    notCounted(
        decide("ada", dossier, r -> r.setSignature(ByteString.EMPTY)), "carries both signatures");
    // ben sends, from his own connection, what ada signed
    DecideRequest adas = request("ada", dossier).build();
    notCounted(
        ReviewsGrpc.newBlockingStub(channel(person("ben"))).decide(adas),
        "carries both signatures");
    assertThat(airlock.find(STUDY).orElseThrow().state().name()).isEqualTo("SUBMITTED");
    assertNothingIsReleased();
  }

  @Test
  void reasonsAreNeeded() throws Exception {
    studies.offer(STUDY, 0);
    DossierReply dossier = dossier("ada");
    notCounted(
        ReviewsGrpc.newBlockingStub(channel(person("ada")))
            .decide(request("ada", dossier, true, " ", "internal").build()),
        "gives a public and an internal reason");
    notCounted(
        ReviewsGrpc.newBlockingStub(channel(person("ada")))
            .decide(request("ada", dossier, true, "public", "").build()),
        "gives a public and an internal reason");
  }

  @Test
  void twoRefusalsRejectAndOneEachWaitsForAThird() throws Exception {
    studies.offer(STUDY, 0);
    DossierReply dossier = dossier("ada");
    assertThat(refuse("ada", dossier).getState()).isEqualTo("PARTIALLY_REVIEWED");
    assertThat(decide("ben", dossier).getState()).isEqualTo("PARTIALLY_REVIEWED");
    assertNothingIsReleased();
    assertThat(refuse("cyd", dossier).getState()).isEqualTo("REJECTED");
    assertNothingIsReleased();
    assertThat(decide("ben", dossier).getCounted()).isFalse();
  }

  @Test
  void aModelWithRowsInItCannotBeApproved() throws Exception {
    studies.offer(STUDY, 3);
    DossierReply dossier = dossier("ada");
    for (String reviewer : List.of("ada", "ben")) {
      notCounted(decide(reviewer, dossier), "a blocking finding");
    }
    assertNothingIsReleased();
  }

  @Test
  void malformedDecisionsAreRefusedAndTheAirlockStaysUp() throws Exception {
    studies.offer(STUDY, 0);
    DossierReply dossier = dossier("ada");
    List<UnaryOperator<DecideRequest.Builder>> bendings =
        List.of(
            r -> r.setModelDigest(ByteString.copyFromUtf8("short")),
            r -> r.setDossierDigest(ByteString.EMPTY),
            r -> r.setInternalSalt(ByteString.EMPTY),
            r -> r.setAttempt(0),
            r -> r.setAttempt(-1),
            r -> r.setPublicReason("x".repeat(4001)),
            r -> r.setAtEpochSecond(Long.MAX_VALUE));
    for (var bending : bendings) {
      assertThatThrownBy(() -> decide("ada", dossier, bending))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageStartingWith("INVALID_ARGUMENT: ");
    }
    assertThatThrownBy(() -> decide("ada", dossier, r -> r.setCandidate("../airlock")))
        .hasMessageStartingWith("NOT_FOUND: ");
    assertThat(decide("ada", dossier).getCounted()).isTrue();
  }

  @Test
  void aResearcherSeesTheStateOfTheirOwnCandidatesAndNoMore() throws Exception {
    studies.offer(STUDY, 0);
    dossier("ada");
    List<CandidateStatus> own = list(person("ann", Role.RESEARCHER));
    assertThat(own)
        .containsExactly(
            CandidateStatus.newBuilder()
                .setCandidate(STUDY)
                .setSubmitter("ann")
                .setState("SUBMITTED")
                .build());
    assertThat(list(person("bob", Role.RESEARCHER))).isEmpty();
  }

  /// The first study's audit fails at the coordinator for good; the second must not wait for it.
  @Test
  void aCandidateThatCannotBeAuditedDoesNotHoldUpTheNext() throws Exception {
    studies.offer("hopeless-1", -1);
    studies.offer(STUDY, 0);
    assertThat(dossier("ada").getAttempt()).isEqualTo(1);
    assertThat(airlock.find("hopeless-1")).isEmpty();
  }

  private void notCounted(DecideReply reply, String rule) {
    assertThat(reply.getCounted()).as(reply.getText()).isFalse();
    assertThat(reply.getText()).contains(rule);
  }

  private void assertNothingIsReleased() throws Exception {
    for (KeyFiles keys : List.of(person("reader", Role.RESEARCHER), person("ada"))) {
      assertThatThrownBy(() -> fetch(keys))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
    }
    assertThat(home.resolve("releases")).doesNotExist();
  }

  private KeyFiles person(String reviewer) {
    KeyFiles keys = people.get(reviewer);
    if (keys == null) {
      throw new IllegalArgumentException(reviewer);
    }
    return keys;
  }

  /// Somebody of another role; folders are told apart by the role.
  private KeyFiles person(String name, Role role) throws IOException {
    KeyFiles known = people.get(role + " " + name);
    if (known == null) {
      known =
          KeyFiles.create(
              folder.resolve(role + "-" + name),
              homes.authority,
              new dev.caisson.protocol.tls.Caller(name, role));
      people.put(role + " " + name, known);
    }
    return known;
  }

  private ManagedChannel channel(KeyFiles keys) throws IOException {
    ManagedChannel channel = Wire.dial("127.0.0.1", airlock.port(), Role.AIRLOCK, keys);
    channels.add(channel);
    return channel;
  }

  private List<CandidateStatus> list(KeyFiles keys) throws IOException {
    return ReleasesGrpc.newBlockingStub(channel(keys))
        .list(CandidatesRequest.getDefaultInstance())
        .getCandidatesList();
  }

  /// Waits until the airlock has taken the study in.
  private DossierReply dossier(String reviewer) throws Exception {
    ReviewsGrpc.ReviewsBlockingStub stub = ReviewsGrpc.newBlockingStub(channel(person(reviewer)));
    while (airlock.find(STUDY).isEmpty()) {
      Thread.sleep(20);
    }
    return stub.dossier(DossierRequest.newBuilder().setCandidate(STUDY).build());
  }

  private DecideReply decide(String reviewer, DossierReply dossier) throws Exception {
    return decide(reviewer, dossier, r -> r);
  }

  private DecideReply refuse(String reviewer, DossierReply dossier) throws Exception {
    return ReviewsGrpc.newBlockingStub(channel(person(reviewer)))
        .decide(request(reviewer, dossier, false, "public", "internal").build());
  }

  private DecideReply decide(
      String reviewer, DossierReply dossier, UnaryOperator<DecideRequest.Builder> bending)
      throws Exception {
    return ReviewsGrpc.newBlockingStub(channel(person(reviewer)))
        .decide(bending.apply(request(reviewer, dossier)).build());
  }

  private DecideRequest.Builder request(String reviewer, DossierReply dossier) {
    return request(reviewer, dossier, true, "public", "internal");
  }

  private DecideRequest.Builder request(
      String reviewer, DossierReply dossier, boolean approve, String open, String closed) {
    byte[] salt = new byte[32];
    InternalReason internal = new InternalReason(closed, salt);
    Decision decision =
        new Decision(
            Digest.ofBytes(dossier.getModelDigest().toByteArray()),
            Digest.ofBytes(dossier.getDossierDigest().toByteArray()),
            dossier.getAttempt(),
            reviewer,
            approve ? Decision.Choice.APPROVE : Decision.Choice.REFUSE,
            open,
            internal.commitment(),
            NOW);
    return DecideRequest.newBuilder()
        .setCandidate(STUDY)
        .setModelDigest(dossier.getModelDigest())
        .setDossierDigest(dossier.getDossierDigest())
        .setAttempt(dossier.getAttempt())
        .setApprove(approve)
        .setPublicReason(open)
        .setInternalReason(closed)
        .setInternalSalt(ByteString.copyFrom(salt))
        .setAtEpochSecond(NOW.getEpochSecond())
        .setSignature(
            ByteString.copyFrom(
                SignedDecision.sign(decision, person(reviewer).identity()).signature()));
  }

  private Path fetch(KeyFiles keys) throws Exception {
    Path bundle = Files.createTempDirectory(folder, "fetched").resolve(STUDY);
    var parts =
        ReleasesGrpc.newBlockingStub(channel(keys))
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .fetch(ReleaseRequest.newBuilder().setCandidate(STUDY).build());
    Map<String, ByteArrayOutputStream> files = new TreeMap<>();
    String file = "";
    while (parts.hasNext()) {
      ReleasePart part = parts.next();
      file = part.getFile().isEmpty() ? file : part.getFile();
      files
          .computeIfAbsent(file, name -> new ByteArrayOutputStream())
          .writeBytes(part.getData().toByteArray());
    }
    Files.createDirectory(bundle);
    for (var entry : files.entrySet()) {
      Files.write(bundle.resolve(entry.getKey()), entry.getValue().toByteArray());
    }
    return bundle;
  }

  /// A coordinator's side with nothing but finished studies, which are all [Studies].
  private static final class FinishedStudies extends CandidatesGrpc.CandidatesImplBase {
    /// By study: how many rows the scan hits; below zero, the audit fails for good.
    private final Map<String, Long> ready = new TreeMap<>();

    synchronized void offer(String study, long rowHits) {
      ready.put(study, rowHits);
      notifyAll();
    }

    @Override
    public synchronized void next(NextRequest request, StreamObserver<NextReply> out) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(request.getWaitSeconds());
      NextReply.Builder reply = NextReply.newBuilder();
      try {
        while (true) {
          List<String> unknown =
              ready.keySet().stream().filter(s -> !request.getKnownList().contains(s)).toList();
          long left = (end - System.nanoTime()) / 1_000_000;
          if (!unknown.isEmpty() || left <= 0) {
            unknown.stream().findFirst().ifPresent(study -> reply.setCandidate(candidate(study)));
            break;
          }
          wait(Math.min(left, 100));
        }
        out.onNext(reply.build());
        out.onCompleted();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static dev.caisson.protocol.wire.Candidate candidate(String study) {
      Digest trained = Digest.of(ParameterManifest.bytes(Studies.TRAINED));
      return dev.caisson.protocol.wire.Candidate.newBuilder()
          .setStudy(study)
          .setSubmitter("ann")
          .setPlan(ByteString.copyFromUtf8(Studies.PLAN))
          .setModelDigest(bytes(Studies.MODEL.digest()))
          .setFinalVectorDigest(bytes(trained))
          .setInitialVectorDigest(bytes(trained))
          .setParameters(Manifests.toWire(Manifest.of(Studies.MODEL)))
          .addRounds(
              RoundRecord.newBuilder()
                  .setRound("train-1")
                  .setManifestDigest(bytes(Digest.ofText("manifest")))
                  .setTranscriptDigest(bytes(Digest.ofText("transcript")))
                  .setStateDigest(bytes(trained))
                  .addAllSurvivors(Studies.SITES))
          .setSoftware("test")
          .build();
    }

    @Override
    public void fetch(FetchRequest request, StreamObserver<BlobChunk> out) {
      Digest digest = Digest.ofBytes(request.getDigest().toByteArray());
      byte[] content =
          digest.equals(Studies.MODEL.digest())
              ? Studies.MODEL.bytes()
              : ParameterManifest.bytes(Studies.TRAINED);
      Transfer.send(new ByteArrayInputStream(content), content.length, out);
    }

    @Override
    public void audit(AuditRequest request, StreamObserver<AuditReply> out) {
      long rowHits;
      synchronized (this) {
        rowHits = ready.getOrDefault(request.getStudy(), -1L);
      }
      if (rowHits < 0) {
        out.onError(
            Status.FAILED_PRECONDITION.withDescription("nothing to audit").asRuntimeException());
        return;
      }
      long[] sums = Studies.sums(rowHits);
      AuditReply.Builder reply =
          AuditReply.newBuilder()
              .addAllSurvivors(Studies.SITES)
              .setTranscriptDigest(bytes(Digest.ofText("audit")));
      int at = 0;
      for (CountSegment segment : request.getSegmentsList()) {
        SummedSegment.Builder sum = SummedSegment.newBuilder().setName(segment.getName());
        for (int i = 0; i < segment.getLength(); i++) {
          sum.addValues(sums[at++]);
        }
        reply.addSegments(sum);
      }
      out.onNext(reply.build());
      out.onCompleted();
    }

    private static ByteString bytes(Digest digest) {
      return ByteString.copyFrom(digest.bytes());
    }
  }
}

package dev.caisson.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.caisson.client.grpc.Calling;
import dev.caisson.client.grpc.CoordinatorLink;
import dev.caisson.client.grpc.Line;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.ledger.RoundRecords;
import dev.caisson.client.round.SiteRoundRunner;
import dev.caisson.client.study.KnownResearchers;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.client.study.StudyAdmission;
import dev.caisson.client.study.StudyPolicy;
import dev.caisson.client.training.FailingEngine;
import dev.caisson.client.training.TrainingPlace;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.grpc.Proxy;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.RoundMessage;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.StudyOffer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.Welcome;
import dev.caisson.runtime.device.DeviceChoice;
import dev.caisson.runtime.device.Devices;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A site's desks, and a coordinator in the test's hands that opens studies, over real TLS.
@Timeout(120)
final class DesksTest {
  private static final int DESKS = 16;
  private static final IdentityKey ANN = IdentityKey.generate();
  private static final StudyPlan PLAN = Made.plan();
  private static final OnnxModel MODEL = PlannedModel.of(PLAN.model().orElseThrow(), PLAN.seed());

  @TempDir private Path folder;
  private final BlockingQueue<FromSite> said = new LinkedBlockingQueue<>();
  private final CompletableFuture<StreamObserver<ToSite>> conversation = new CompletableFuture<>();
  private final Line line = new Line();
  private final SplitKey secret = SplitKey.generate();
  private final FailingEngine engine = new FailingEngine();
  private volatile boolean fatal;
  private KeyFiles keys;
  private Server server;
  private EgressLedger ledger;
  private @Nullable CoordinatorLink link;
  private @Nullable Desks desks;

  @BeforeEach
  void start() throws Exception {
    FederationAuthority authority =
        new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
    keys = KeyFiles.create(folder.resolve("site"), authority, new Caller("a", Role.SITE));
    KeyFiles own =
        KeyFiles.create(
            folder.resolve("coordinator"), authority, new Caller("coordinator", Role.COORDINATOR));
    server =
        Wire.serve(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), own, List.of(new Sites()));
    ledger =
        EgressLedger.open(
            folder.resolve("ledger.jsonl"), Clock.systemUTC(), "a", keys.identity().identity());
  }

  @AfterEach
  void stop() throws Exception {
    line.close();
    if (desks != null) {
      desks.close();
    }
    if (link != null) {
      link.close();
    }
    Wire.end(server);
    ledger.close();
  }

  @Test
  void studiesThatNeverEndDoNotKeepTheDesksFromOthersAndComeBackWhenTheyGoOn() throws Exception {
    Desks open = open(Duration.ZERO);
    for (int i = 0; i < DESKS; i++) {
      offer("held-" + i);
      admitted("held-" + i);
    }
    offer("new-1");
    admitted("new-1");
    assertThat(open.size()).isEqualTo(DESKS);

    round("held-0"); // had rested longest
    admitted("held-0");
    round("held-5"); // was at its desk all the time: it is not looked at again
    round("held-1"); // made room for held-0
    admitted("held-1");
    assertThat(open.size()).isEqualTo(DESKS);
  }

  @Test
  void studiesThatHaveNotRestedAreNotPutAside() throws Exception {
    Desks open = open(Duration.ofHours(1));
    for (int i = 0; i < DESKS; i++) {
      offer("busy-" + i);
      admitted("busy-" + i);
    }
    offer("new-1");
    FromSite answer = next();
    assertThat(answer.getAnswer().getStudy()).isEqualTo("new-1");
    assertThat(answer.getAnswer().getRefusal()).contains("16 studies at a time");
    assertThat(open.size()).isEqualTo(DESKS);
  }

  @Test
  void aStudyIsNotAnotherPlanLater() throws Exception {
    open(Duration.ofHours(1));
    offer("small");
    admitted("small");
    offer("small"); // as on another connection
    admitted("small");
    offer("small", PLAN.text() + "# once more");
    assertThat(next().getAnswer().getRefusal()).contains("by another plan or model file");
  }

  /// Each over the one conversation, which goes on.
  @Test
  void offersThatAreNoneAreDropped() throws Exception {
    open(Duration.ofHours(1));
    StudyOffer whole =
        StudyOffer.newBuilder()
            .setStudy("odd")
            .setPlan(ByteString.copyFromUtf8(PLAN.text()))
            .setModelDigest(ByteString.copyFrom(MODEL.digest().bytes()))
            .setResearcher("ann")
            .setSignature(ByteString.copyFrom(new byte[10]))
            .build();
    for (StudyOffer odd :
        List.of(
            whole.toBuilder().setModelDigest(ByteString.copyFrom(new byte[31])).build(),
            whole.toBuilder().setResearcher("a".repeat(64)).build(),
            whole.toBuilder().setResearcher("ann\nfake line").build(),
            whole.toBuilder().setSignature(ByteString.copyFrom(new byte[4097])).build(),
            whole.toBuilder().setStudy("../odd").build())) {
      say(ToSite.newBuilder().setOffer(odd).build());
    }
    say(ToSite.newBuilder().setOffer(whole).build());
    FromSite answer = next();
    assertThat(answer.getAnswer().getStudy()).isEqualTo("odd");
    assertThat(answer.getAnswer().getRefusal()).contains("not signed by researcher 'ann'");
    offer("small");
    admitted("small");
  }

  /// Whatever the coordinator calls them: the ledger is for good.
  @Test
  void roundsThatNeverEndGrowTheLedgerOnlyAsFarAsThePlanNeeds() throws Exception {
    open(Duration.ofHours(1));
    offer("small");
    admitted("small");
    int most = Openings.most(PLAN);
    for (int i = 1; i < most; i++) {
      round("small", "train-" + i);
      assertThat(left()).doesNotContain("more than the plan needs");
    }
    long before = Files.size(folder.resolve("ledger.jsonl"));
    for (int i = 0; i < 20; i++) {
      round("small", "more-" + i);
      assertThat(left()).contains("more than the plan needs");
    }
    offer("by-another-name");
    assertThat(next().getAnswer().getRefusal()).contains("more than the plan needs");
    assertThat(Files.size(folder.resolve("ledger.jsonl"))).isEqualTo(before);
  }

  private String left() throws Exception {
    return Optional.ofNullable(said.poll(60, TimeUnit.SECONDS)).orElseThrow().getLeft().getReason();
  }

  @Test
  void whoIsTakenOffTheRosterHasNoFurtherRound() throws Exception {
    open(Duration.ofHours(1));
    offer("small");
    admitted("small");
    accept(Map.of());
    round("small");
    assertThat(next().getAnswer().getRefusal()).contains("does not know researcher 'ann'");
    accept(Map.of("ann", ANN.identity()));
    offer("small");
    admitted("small");
  }

  @Test
  void aDeskWhoseThreadHasEndedIsReplaced() throws Exception {
    open(Duration.ofHours(1));
    fatal = true; // a stack overflow in an engine ends the desk's thread
    offer("small");
    while (fatal) {
      Thread.sleep(10);
    }
    Optional<FromSite> answer = Optional.empty();
    for (int i = 0; i < 100 && answer.isEmpty(); i++) {
      offer("small"); // as on each new connection
      answer = Optional.ofNullable(said.poll(200, TimeUnit.MILLISECONDS));
    }
    assertThat(answer.orElseThrow().getAnswer().getHoldOutCommitment().size())
        .isEqualTo(Digest.BYTES);
  }

  @Test
  void whatIsSetAsideIsBoundedInNumberAndBytesTheEldestGoesFirst() {
    SetAside aside = new SetAside();
    Tray.Work.Offer small = offerOf(1);
    for (int i = 0; i <= SetAside.MOST; i++) {
      aside.put("study-" + i, small);
    }
    assertThat(aside.take("study-0")).isEmpty();
    assertThat(aside.take("study-1")).contains(small);
    Tray.Work.Offer half = offerOf((int) (SetAside.MOST_BYTES / 2));
    aside.put("large-1", half);
    aside.put("large-2", half);
    aside.put("large-3", half);
    assertThat(aside.take("large-1")).isEmpty();
    assertThat(aside.take("large-2")).contains(half);
    assertThat(aside.take("large-3")).contains(half);
  }

  private static Tray.Work.Offer offerOf(int bytes) {
    return new Tray.Work.Offer(new SignedPlan(new byte[bytes], MODEL.digest(), "ann", new byte[0]));
  }

  private void accept(Map<String, Identity> researchers) throws IOException {
    Files.write(folder.resolve(KnownResearchers.FILE), new Roster(researchers).encoded());
  }

  private Desks open(Duration rest) throws Exception {
    accept(Map.of("ann", ANN.identity()));
    SiteRoundRunner.Site site =
        new SiteRoundRunner.Site(
            "a",
            keys.identity(),
            new SitePolicy(
                new Roster(Map.of("a", keys.identity().identity())),
                IdentityKey.generate().identity(),
                0,
                2,
                1000,
                Double.MAX_VALUE,
                false,
                Signatures.ML_DSA),
            ledger,
            new RoundRecords(folder.resolve("ledger.jsonl")),
            false,
            secret,
            new SecureRandom(),
            1);
    StudyPolicy policy =
        new StudyPolicy(Set.of("trial"), 5, 2, 100, 3, 20, 1, 2, false, Signatures.ML_DSA, false);
    StudyAdmission admission =
        new StudyAdmission(
            "a",
            policy,
            Made.DATASET,
            2,
            Made.persons(150),
            secret,
            new KnownResearchers(folder.resolve(KnownResearchers.FILE)));
    TrainingPlace place =
        new TrainingPlace(
            _ -> {
              if (fatal) {
                fatal = false;
                throw new StackOverflowError("too deep");
              }
              return engine;
            },
            Devices.ofThisHost(),
            DeviceChoice.parse("cpu"));
    Desks opened = new Desks(site, admission, place, line, Desks.UNCLAIMED, rest);
    desks = opened;
    Wire.Dialling dialling = new Wire.Dialling(new Proxy.Direct(), Duration.ofSeconds(10));
    CompletableFuture<String> welcome = new CompletableFuture<>();
    CoordinatorLink dialled =
        CoordinatorLink.open(
            new Calling("127.0.0.1", server.getPort(), keys, dialling, new SecureRandom()),
            new Handing(opened, welcome));
    link = dialled;
    opened.connected(welcome.get(30, TimeUnit.SECONDS));
    line.up(dialled);
    return opened;
  }

  private void offer(String study) throws Exception {
    offer(study, PLAN.text());
  }

  private void offer(String study, String text) throws Exception {
    SignedPlan plan =
        SignedPlan.sign(text.getBytes(StandardCharsets.UTF_8), MODEL.digest(), "ann", ANN);
    say(
        ToSite.newBuilder()
            .setOffer(
                StudyOffer.newBuilder()
                    .setStudy(study)
                    .setPlan(ByteString.copyFrom(plan.text()))
                    .setModelDigest(ByteString.copyFrom(plan.model().bytes()))
                    .setResearcher(plan.researcher())
                    .setSignature(ByteString.copyFrom(plan.signature())))
            .build());
  }

  /// A first message of a round; what it says is of no matter here.
  private void round(String study) throws Exception {
    round(study, "train-1");
  }

  private void round(String study, String round) throws Exception {
    say(
        ToSite.newBuilder()
            .setRound(
                RoundMessage.newBuilder()
                    .setStudy(study)
                    .setRound(round)
                    .setPayload(ByteString.copyFromUtf8("no opening")))
            .build());
  }

  private void say(ToSite message) throws Exception {
    conversation.get(30, TimeUnit.SECONDS).onNext(message);
  }

  /// The next answer to an offer; that a site leaves a round is passed over.
  private FromSite next() throws Exception {
    while (true) {
      FromSite next = Optional.ofNullable(said.poll(60, TimeUnit.SECONDS)).orElseThrow();
      if (next.hasAnswer()) {
        return next;
      }
    }
  }

  private void admitted(String study) throws Exception {
    FromSite next = next();
    assertThat(next.getAnswer().getRefusal()).isEmpty();
    assertThat(next.getAnswer().getStudy()).isEqualTo(study);
  }

  /// The coordinator's side.
  private final class Sites extends SitesGrpc.SitesImplBase {
    @Override
    public StreamObserver<FromSite> connect(StreamObserver<ToSite> to) {
      return new StreamObserver<>() {
        @Override
        public void onNext(FromSite value) {
          if (value.hasHello()) {
            to.onNext(
                ToSite.newBuilder()
                    .setWelcome(
                        Welcome.newBuilder()
                            .setProtocol(Version.PROTOCOL)
                            .setIncarnation(ByteString.copyFrom(new byte[16])))
                    .build());
            conversation.complete(to);
          } else {
            said.add(value);
          }
        }

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {
          to.onCompleted();
        }
      };
    }

    @Override
    public void fetch(FetchRequest request, StreamObserver<BlobChunk> out) {
      byte[] content = MODEL.bytes();
      Transfer.send(new ByteArrayInputStream(content), content.length, out);
    }
  }

  /// As a site's agent hands over.
  private record Handing(Desks desks, CompletableFuture<String> welcome) implements SiteDesk {
    @Override
    public void welcomed(String coordinator) {
      welcome.complete(coordinator);
    }

    @Override
    public void offered(String study, SignedPlan plan) {
      desks.offered(study, plan);
    }

    @Override
    public void roundMessage(String study, String round, byte[] payload) {
      desks.message(study, round, payload);
    }

    @Override
    public void roundEnded(String study, String round, boolean completed, String reason) {
      desks.roundEnded(study, round, completed, reason);
    }

    @Override
    public void studyEnded(String study, String reason) {
      desks.studyEnded(study, reason);
    }

    @Override
    public void noticed(String text) {}

    @Override
    public void disconnected(String reason, boolean displaced) {}
  }
}

package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.Candidate;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.Hello;
import dev.caisson.protocol.wire.RoundLeft;
import dev.caisson.protocol.wire.RoundMessage;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.StudyAnswer;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.site.Upload;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Sites that break the rules of the wire, over real connections. The claim is always the same: the
/// coordinator stays up, names what is wrong, and the honest sites' sum is the honest sites' sum.
@Timeout(120)
final class HostileWireTest {
  private static final String[] SITES = {"a", "b", "c", "d"};
  private static final float[][] UPDATES = {{0.5f, 0, 0, 0}, {0, 1, 0, 0.25f}, {0.25f, 0.5f, 0, 0}};

  /// A real entry of one site is off by less than one step of clip / levels = 2 / 2^24 (see
  /// Segment.Real); a mean over sites by no more; a state is rounded to 32-bit floats each round.
  private static final double STEP = 2.0 / (1 << 24);

  @TempDir Path folder;
  private TestFederation federation;
  private final List<MadeUpSite> sites = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    federation = new TestFederation(folder, Duration.ofSeconds(12), SITES);
  }

  @AfterEach
  void stop() {
    sites.forEach(MadeUpSite::close);
    federation.close();
  }

  private void honest() throws Exception {
    for (int i = 0; i < 3; i++) {
      sites.add(new MadeUpSite(federation, SITES[i], UPDATES[i], SITES).hello());
    }
  }

  /// The state after so many rounds in which exactly a, b and c were summed with equal weights.
  private void assertHonestResult(int rounds) throws Exception {
    float[] found = federation.finalVector();
    for (int i = 0; i < found.length; i++) {
      double mean = (UPDATES[0][i] + UPDATES[1][i] + UPDATES[2][i]) / 3;
      assertThat((double) found[i])
          .isCloseTo(
              TestFederation.INITIAL[i] + rounds * mean,
              org.assertj.core.data.Offset.offset(rounds * (STEP + Math.ulp(4f))));
    }
    Candidate candidate = federation.candidate();
    assertThat(candidate.getRoundsList()).hasSize(rounds + 1);
    assertThat(candidate.getRoundsList())
        .allSatisfy(r -> assertThat(r.getSurvivorsList()).containsExactly("a", "b", "c"));
  }

  static List<FromSite> beforeHello() {
    return List.of(
        FromSite.newBuilder()
            .setAnswer(StudyAnswer.newBuilder().setStudy("x").setRefusal("no"))
            .build(),
        FromSite.newBuilder().setRound(RoundMessage.newBuilder().setStudy("x")).build(),
        FromSite.newBuilder().setLeft(RoundLeft.newBuilder().setStudy("x")).build(),
        FromSite.getDefaultInstance());
  }

  @ParameterizedTest
  @MethodSource("beforeHello")
  void whoSpeaksBeforeHelloIsCutOff(FromSite message) throws Exception {
    MadeUpSite rude = new MadeUpSite(federation, "d", UPDATES[0], SITES);
    sites.add(rude);
    rude.send(message);
    Status status = rude.ended.get(30, TimeUnit.SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).isEqualTo("a site says hello first, once");
    new MadeUpSite(federation, "d", UPDATES[0], SITES).hello().close();
  }

  @Test
  void aSecondHelloEndsTheConversation() throws Exception {
    MadeUpSite twice = new MadeUpSite(federation, "d", UPDATES[0], SITES).hello();
    sites.add(twice);
    twice.send(hello(Version.PROTOCOL));
    assertThat(twice.ended.get(30, TimeUnit.SECONDS).getCode())
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void aSiteThatSpeaksOnlyNewerProtocolsIsToldBothRangesAndWhatToUpdate() throws Exception {
    assertThat(refusal(Version.PROTOCOL + 1, Version.PROTOCOL + 2))
        .isEqualTo(
            "this coordinator speaks protocol %d, the site protocols %d to %d: update the coordinator"
                .formatted(Version.PROTOCOL, Version.PROTOCOL + 1, Version.PROTOCOL + 2));
  }

  @Test
  void aSiteThatSpeaksOnlyOlderProtocolsIsToldBothRangesAndWhatToUpdate() throws Exception {
    assertThat(refusal(0, Version.LOWEST - 1))
        .isEqualTo(
            "this coordinator speaks protocol %d, the site protocol %d: update the site"
                .formatted(Version.PROTOCOL, Version.LOWEST - 1));
  }

  @Test
  void ofSeveralProtocolsTheHighestCommonOneIsSpoken() {
    assertThat(Version.common(1, 99)).hasValue(Version.PROTOCOL);
    assertThat(Version.common(Version.PROTOCOL, Version.PROTOCOL)).hasValue(Version.PROTOCOL);
    assertThat(Version.common(9, 1)).as("a range upside down").isEmpty();
  }

  private String refusal(int lowest, int highest) throws Exception {
    MadeUpSite other = new MadeUpSite(federation, "d", UPDATES[0], SITES);
    sites.add(other);
    other.send(
        FromSite.newBuilder()
            .setHello(Hello.newBuilder().setProtocol(highest).setLowest(lowest))
            .build());
    Status status = other.ended.get(30, TimeUnit.SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    return String.valueOf(status.getDescription());
  }

  @Test
  void whoDoesNotSayWhichProcessItIsIsCutOff() throws Exception {
    MadeUpSite nameless = new MadeUpSite(federation, "d", UPDATES[0], SITES);
    sites.add(nameless);
    nameless.send(hello(Version.PROTOCOL));
    assertThat(nameless.ended.get(30, TimeUnit.SECONDS).getDescription())
        .isEqualTo("an incarnation has 16 bytes");
  }

  static List<FromSite> malformed() {
    return List.of(
        FromSite.getDefaultInstance(),
        FromSite.newBuilder().setAnswer(StudyAnswer.newBuilder().setStudy("x")).build(),
        FromSite.newBuilder()
            .setAnswer(
                StudyAnswer.newBuilder()
                    .setStudy("x")
                    .setHoldOutCommitment(ByteString.copyFrom(new byte[31])))
            .build(),
        FromSite.newBuilder()
            .setRound(RoundMessage.newBuilder().setStudy("x").setRound("r".repeat(101)))
            .build(),
        FromSite.newBuilder()
            .setLeft(RoundLeft.newBuilder().setStudy("../x").setRound("train-1"))
            .build());
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aMalformedMessageEndsTheConversationOfItsSiteAlone(FromSite message) throws Exception {
    honest();
    MadeUpSite rude = new MadeUpSite(federation, "d", UPDATES[0], SITES).hello();
    sites.add(rude);
    rude.send(message);
    assertThat(rude.ended.get(30, TimeUnit.SECONDS).getCode())
        .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.FAILED_PRECONDITION);
    assertThat(sites.subList(0, 3)).allSatisfy(site -> assertThat(site.ended).isNotDone());
  }

  /// A study that d belongs to must not wait for a conversation that the coordinator itself ended.
  @Test
  void aSiteThatWasCutOffIsGoneForItsStudies() throws Exception {
    honest();
    MadeUpSite rude = new MadeUpSite(federation, "d", UPDATES[0], SITES).hello();
    sites.add(rude);
    String study = federation.submit("ann", TestFederation.plan(1, 3, "a", "b", "d"));
    federation.watch("ann", study, e -> e.getText().equals("site 'd' takes part"));
    rude.send(FromSite.getDefaultInstance());
    assertThat(federation.watch("ann", study, e -> e.getText().equals("site 'd' is gone")))
        .last()
        .extracting(StudyEvent::getText)
        .isEqualTo("site 'd' is gone");
  }

  @Test
  void anOversizedMessageIsRefusedAndTheOthersGoOn() throws Exception {
    honest();
    MadeUpSite huge = new MadeUpSite(federation, "d", UPDATES[0], SITES).hello();
    sites.add(huge);
    String study = federation.submit("ann", TestFederation.plan(1, 3, "a", "b", "c"));
    huge.send(
        FromSite.newBuilder()
            .setRound(
                RoundMessage.newBuilder()
                    .setStudy(study)
                    .setPayload(ByteString.copyFrom(new byte[4 << 20])))
            .build());
    assertThat(huge.ended.get(30, TimeUnit.SECONDS).getCode())
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    assertThat(federation.trained("ann", study)).last().matches(e -> !e.getLast());
    assertHonestResult(1);
  }

  /// What a member of the cohort does instead of its part.
  enum Mischief {
    GARBAGE_FOR_KEYS,
    EMPTY_PAYLOAD,
    THE_MANIFEST_BACK,
    CHUNK_OUT_OF_TURN,
    CHUNK_INDEX_OUT_OF_RANGE,
    CHUNK_INDEX_NEGATIVE,
    CHUNK_TOO_LONG,
    GARBAGE_FOR_THE_HEADER,
    ANOTHER_CHUNK_THAN_SIGNED,
    TOO_FEW_CONFIRMATIONS_SIGNED,
    LEAVES,
    HANGS_UP,
    FLOOD
  }

  @ParameterizedTest
  @EnumSource(Mischief.class)
  void oneHostileMemberIsLeftOutAndTheOthersFinish(Mischief mischief) throws Exception {
    honest();
    MadeUpSite hostile = new Hostile(mischief).hello();
    sites.add(hostile);
    String study = federation.submit("ann", TestFederation.plan(2, 3, SITES));
    List<StudyEvent> events = federation.trained("ann", study);
    assertThat(events.getLast().getState()).as("%s", texts(events)).isEqualTo("candidate");
    assertHonestResult(2);
    Said said =
        switch (mischief) {
          case GARBAGE_FOR_KEYS,
              EMPTY_PAYLOAD,
              THE_MANIFEST_BACK,
              CHUNK_INDEX_OUT_OF_RANGE,
              CHUNK_INDEX_NEGATIVE,
              CHUNK_TOO_LONG,
              GARBAGE_FOR_THE_HEADER,
              ANOTHER_CHUNK_THAN_SIGNED,
              FLOOD ->
              Said.UNSIGNED;
          case TOO_FEW_CONFIRMATIONS_SIGNED -> Said.LEFT_OUT;
          case CHUNK_OUT_OF_TURN, LEAVES, HANGS_UP -> Said.NOTHING;
        };
    assertThat(texts(events).stream().filter(text -> text.contains("'d' is left out from here on")))
        .as("out of the second round too, for what it signed")
        .hasSize(said == Said.LEFT_OUT ? 1 : 0)
        .allMatch(text -> text.contains("it broke CONFIRMATION: 0 confirmations instead of 3"));
    assertThat(
            texts(events).stream()
                .filter(text -> text.contains("of 'd' came what it had not signed")))
        .as("each time, and never held against its place in the study")
        .hasSizeGreaterThanOrEqualTo(said == Said.UNSIGNED ? 2 : 0)
        .allMatch(
            text -> said == Said.UNSIGNED && text.matches(".*round: (WELL_FORMED|CHUNK): .*"));
  }

  /// What the study's log says of a hostile member.
  private enum Said {
    NOTHING,
    UNSIGNED,
    LEFT_OUT
  }

  private final class Hostile extends MadeUpSite {
    private final Mischief mischief;

    Hostile(Mischief mischief) throws Exception {
      super(federation, "d", new float[] {2, 0, 0, 0}, SITES);
      this.mischief = mischief;
    }

    @Override
    void step(String current, byte[] payload)
        throws dev.caisson.trust.MalformedException,
            InterruptedException,
            ExecutionException,
            TimeoutException {
      switch (mischief) {
        case GARBAGE_FOR_KEYS -> payload(current, new byte[] {1, 2, 3});
        case EMPTY_PAYLOAD -> payload(current, new byte[0]);
        case THE_MANIFEST_BACK -> payload(current, payload);
        case CHUNK_OUT_OF_TURN -> upload(study(), current, 0, new byte[100]);
        case LEAVES ->
            send(
                FromSite.newBuilder()
                    .setLeft(
                        RoundLeft.newBuilder()
                            .setStudy(study())
                            .setRound(current)
                            .setReason("\u001b[31m no\n".repeat(1000)))
                    .build());
        case HANGS_UP -> close();
        case FLOOD -> {
          for (int i = 0; i < 2000; i++) {
            payload(current, new byte[10_000]);
          }
        }
        case CHUNK_INDEX_OUT_OF_RANGE,
            CHUNK_INDEX_NEGATIVE,
            CHUNK_TOO_LONG,
            GARBAGE_FOR_THE_HEADER,
            ANOTHER_CHUNK_THAN_SIGNED,
            TOO_FEW_CONFIRMATIONS_SIGNED ->
            super.step(current, payload);
      }
    }

    @Override
    void upload(Upload upload) throws InterruptedException, ExecutionException, TimeoutException {
      byte[] chunk = upload.chunk(0);
      switch (mischief) {
        case CHUNK_INDEX_OUT_OF_RANGE -> upload(study(), round(), 1_000_000, chunk);
        case CHUNK_INDEX_NEGATIVE -> upload(study(), round(), -1, chunk);
        case CHUNK_TOO_LONG -> upload(study(), round(), 0, new byte[chunk.length + 1]);
        case ANOTHER_CHUNK_THAN_SIGNED -> {
          chunk[3] ^= 1;
          upload(study(), round(), 0, chunk);
        }
        case TOO_FEW_CONFIRMATIONS_SIGNED ->
            payload(round(), tooFewConfirmations(upload.header().statement(), manifest()));
        default -> payload(round(), new byte[] {9, 9, 9});
      }
    }
  }

  private byte[] tooFewConfirmations(UploadStatement honest, RoundManifest manifest) {
    return Signed.sign(
            new UploadStatement(honest.origin(), honest.root(), List.of()),
            manifest.signatures(),
            federation.keysOf("d").identity())
        .encoded();
  }

  /// d is a site of the federation but not of the study: it knows study and round and sends garbage
  /// and uploads into it all the time, and as many messages as it can.
  @Test
  void aSiteOutsideTheStudyCannotTouchItsRounds() throws Exception {
    honest();
    MadeUpSite outsider = new MadeUpSite(federation, "d", UPDATES[0], SITES).hello();
    sites.add(outsider);
    String study = federation.submit("ann", TestFederation.plan(3, 3, "a", "b", "c"));
    var flood =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    String round = "train-" + (1 + i % 3);
                    outsider.send(
                        FromSite.newBuilder()
                            .setRound(
                                RoundMessage.newBuilder()
                                    .setStudy(study)
                                    .setRound(round)
                                    .setPayload(ByteString.copyFrom(new byte[1000])))
                            .build());
                    try {
                      outsider.upload(study, round, 0, new byte[100]);
                    } catch (InterruptedException | ExecutionException | TimeoutException e) {
                      return;
                    }
                  }
                });
    List<StudyEvent> events = federation.trained("ann", study);
    flood.interrupt();
    assertThat(events.getLast().getState()).as("%s", texts(events)).isEqualTo("candidate");
    assertThat(texts(events)).noneMatch(text -> text.contains("'d'"));
    assertHonestResult(3);
  }

  /// The name is in the certificate: there is no field by which d could say that it is a.
  @Test
  void noMessageOfASiteHasAFieldForItsName() {
    assertThat(FromSite.getDescriptor().getFields())
        .flatExtracting(field -> field.getMessageType().getFields())
        .extracting(com.google.protobuf.Descriptors.FieldDescriptor::getName)
        .doesNotContain("site", "name", "from");
    assertThat(UploadChunk.getDescriptor().getFields())
        .extracting(com.google.protobuf.Descriptors.FieldDescriptor::getName)
        .containsExactly("study", "round", "index", "data");
  }

  @Test
  void aSiteFetchesNothingButWhatItsOwnStudyNamed() throws Exception {
    honest();
    String study = federation.submit("ann", TestFederation.plan(1, 3, "a", "b", "c"));
    federation.trained("ann", study);
    Candidate candidate = federation.candidate();
    // The final state was evaluated, so a has been told of it; d is no part of the study.
    assertThat(fetch("a", study, candidate.getFinalVectorDigest())).isEqualTo(Status.Code.OK);
    assertThat(fetch("d", study, candidate.getFinalVectorDigest()))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(fetch("a", "another", candidate.getFinalVectorDigest()))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(fetch("a", study, ByteString.copyFrom(Digest.ofText("other").bytes())))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(fetch("a", study, ByteString.copyFromUtf8("../../keys/tls.key")))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private Status.Code fetch(String site, String study, ByteString digest) throws Exception {
    try {
      SitesGrpc.newBlockingStub(federation.dial(site, Role.SITE))
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .fetch(FetchRequest.newBuilder().setStudy(study).setDigest(digest).build())
          .forEachRemaining(chunk -> {});
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static FromSite hello(int protocol) {
    return FromSite.newBuilder().setHello(Hello.newBuilder().setProtocol(protocol)).build();
  }

  private static List<String> texts(List<StudyEvent> events) {
    return events.stream().map(StudyEvent::getText).toList();
  }
}

package dev.caisson.airlock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.federated.Segment;
import dev.caisson.airlock.review.ReviewState;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the airlock takes in, from a coordinator that says what the test likes.
final class IntakeTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path home;
  private final Source source = new Source();
  private Intake intake;
  private Homes homes;

  @BeforeEach
  void open() throws Exception {
    homes = new Homes(home.resolve("others"));
    source.content.put(Studies.MODEL.digest(), Studies.MODEL.bytes());
    byte[] trained = ParameterManifest.bytes(Studies.TRAINED);
    source.content.put(Digest.of(trained), trained);
    Intake.Rosters rosters =
        new Intake.Rosters(
            roster(Role.SITE, "a", "b", "c"),
            roster(Role.RESEARCHER, "ann"),
            roster(Role.REVIEWER, "ada", "ben"));
    intake = new Intake(source, rosters, IdentityKey.generate(), home, CLOCK);
  }

  private Roster roster(Role role, String... names) throws IOException {
    Map<String, Identity> members = new TreeMap<>();
    for (String name : names) {
      members.put(name, homes.keys(name, role).identity().identity());
    }
    return new Roster(members);
  }

  @Test
  void anHonestCandidateIsPutBeforeReviewers() throws Exception {
    CaseFile file = intake.take(Studies.candidate("small-1"));
    assertThat(file.state()).isEqualTo(ReviewState.SUBMITTED);
    assertThat(file.attempt()).isEqualTo(1);
    assertThat(file.dossier().verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
    assertThat(file.bundle()).isEmpty();
    byte[] trained = Studies.MODEL.withVector(Studies.TRAINED).bytes();
    assertThat(file.dossier().candidate().model()).isEqualTo(Digest.of(trained));
    assertThat(home.resolve("candidates/small-1/model.onnx")).hasBinaryContent(trained);
    assertThat(home.resolve("releases")).doesNotExist();
  }

  @Test
  void theDossierCarriesTheProvenance() throws Exception {
    String json =
        new String(
            intake.take(Studies.candidate("small-1")).dossier().json(), StandardCharsets.UTF_8);
    assertThat(json)
        .contains(Studies.plan().digest().toString())
        .contains(Digest.ofText("r2").toString())
        .contains(Digest.ofText("audit").toString())
        .contains("fedavg, 2 rounds of 1 epochs, batch 16");
  }

  @Test
  void aHitOfTheRowScanBlocks() throws Exception {
    source.sums = Studies.sums(2);
    CaseFile file = intake.take(Studies.candidate("small-1"));
    assertThat(file.dossier().verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(file.state()).isEqualTo(ReviewState.BLOCKED);
  }

  @Test
  void aSubmitterNobodyKnowsIsRefused() throws Exception {
    refused(
        Studies.candidate("small-1", "eve", Studies.MODEL.digest(), 5),
        "its submitter 'eve' is not known to the airlock");
  }

  @Test
  void aFileThatIsNoModelIsNeitherLoadedNorAudited() throws Exception {
    for (byte[] file :
        List.of(
            new byte[0],
            "not a model".getBytes(StandardCharsets.UTF_8),
            new byte[] {(byte) 0x80, 4, 'c', 'o', 's', '\n'}, // a pickle
            Arrays.copyOf(Studies.MODEL.bytes(), Studies.MODEL.bytes().length / 2))) {
      Digest digest = Digest.of(file);
      source.content.put(digest, file);
      refused(Studies.candidate("small-1", "ann", digest, 5), "");
    }
  }

  @Test
  void aModelOfAnotherSizeIsRefused() throws Exception {
    refused(
        Studies.candidate("small-1", "ann", Studies.MODEL.digest(), 6),
        "its file has 5 trainable numbers, its study trained 6");
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() throws Exception {
    float[] poisoned = Studies.TRAINED.clone();
    poisoned[2] = Float.NaN;
    source.content.replaceAll(
        (digest, bytes) -> bytes.length == 20 ? ParameterManifest.bytes(poisoned) : bytes);
    refused(Studies.candidate("small-1"), "value 2 of a state vector is not finite");
    source.content.replaceAll((digest, bytes) -> bytes.length == 20 ? new byte[16] : bytes);
    refused(Studies.candidate("small-1"), "its file or weights are not sound");
  }

  @Test
  void sumsThatNoHonestSitesCouldHaveMadeAreRefused() throws Exception {
    List<Segment> segments = source.plan().segments();
    for (int i = 0; i < segments.size(); i++) {
      int at = segments.subList(0, i).stream().mapToInt(Segment::length).sum();
      source.sums = Studies.sums(0);
      source.sums[at] = -1;
      refused(Studies.candidate("small-1"), "contradict each other");
      source.sums = Studies.sums(0);
      source.sums[at] = segments.get(i).maxValue() * 3 + 1;
      refused(Studies.candidate("small-1"), "contradict each other");
    }
    source.sums = Arrays.copyOf(Studies.sums(0), 10);
    refused(Studies.candidate("small-1"), "contradict each other");
  }

  @Test
  void sumsOverOtherSitesThanSaidAreRefused() throws Exception {
    for (List<String> sites :
        List.of(List.of("a", "b"), List.<String>of(), List.of("a", "b", "c", "d"))) {
      source.sites = sites;
      refused(Studies.candidate("small-1"), "contradict each other");
    }
  }

  /// The name becomes a folder; the coordinator chooses it.
  @ParameterizedTest
  @ValueSource(
      strings = {"../escape", "/tmp/escape", "..", ".", "", "a/b", "a\u0000b", "UPPER", "a b"})
  void aStudysNameCannotLeaveTheAirlocksHome(String study) throws Exception {
    Path before = home.resolve("candidates");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> intake.take(Studies.candidate(study)))
        .withMessageContaining("study");
    assertThat(before).doesNotExist();
  }

  @Test
  void anAuditThatFailsLeavesNothingBehind() throws Exception {
    source.auditFailure = Optional.of("sites are away");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> intake.take(Studies.candidate("small-1")))
        .withMessage("sites are away");
    assertThat(home.resolve("candidates")).doesNotExist();
  }

  private void refused(Candidate candidate, String words) throws Exception {
    source.audits = 0;
    assertThatExceptionOfType(Intake.RefusedException.class)
        .isThrownBy(() -> intake.take(candidate))
        .withMessageContaining(words);
    if (words.isEmpty()) {
      assertThat(source.audits).as("no site is asked to load it").isZero();
    }
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files.filter(f -> f.toString().endsWith(".onnx"))).isEmpty();
    }
  }

  /// A coordinator in memory.
  private static final class Source implements CandidateSource {
    final Map<Digest, byte[]> content = new HashMap<>();
    long[] sums = Studies.sums(0);
    List<String> sites = Studies.SITES;
    Optional<String> auditFailure = Optional.empty();
    int audits;

    dev.caisson.airlock.federated.FederatedAuditPlan plan() {
      return dev.caisson.airlock.federated.FederatedAuditPlan.forBinaryClassifier(5, 500);
    }

    @Override
    public Optional<Candidate> next(Collection<String> known, Duration wait) {
      return Optional.empty();
    }

    @Override
    public byte[] fetch(String study, Digest digest, long maxBytes) throws IOException {
      byte[] found = content.get(digest);
      if (found == null) {
        throw new IOException("no " + digest);
      }
      return found;
    }

    @Override
    public Audit audit(String study, List<Segment> segments) throws IOException {
      audits++;
      if (auditFailure.isPresent()) {
        throw new IOException(auditFailure.get());
      }
      assertThat(segments).isEqualTo(plan().segments());
      return new Audit(sums, sites, Digest.ofText("audit"));
    }
  }
}

package dev.caisson.airlock.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.airlock.Assessments;
import dev.caisson.airlock.Audits;
import dev.caisson.airlock.CanonicalJson;
import dev.caisson.airlock.dossier.Assessment;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.review.Decision;
import dev.caisson.airlock.review.InternalReason;
import dev.caisson.airlock.review.Party;
import dev.caisson.airlock.review.Review;
import dev.caisson.airlock.review.ReviewState;
import dev.caisson.airlock.review.SignedDecision;
import dev.caisson.airlock.review.Step;
import dev.caisson.airlock.review.Submission;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  private static final IdentityKey AIRLOCK = IdentityKey.generate();
  private static final IdentityKey ANNA = IdentityKey.generate();
  private static final IdentityKey BEN = IdentityKey.generate();
  private static final IdentityKey CAI = IdentityKey.generate();
  private static final Dossier FULL = Audits.dossier(600, 250, 0.1, 0);
  private static final Party RESEARCHER = new Party("researcher", Digest.ofText("their key"));
  private static final Trust.Key TRUST = new Trust.Key(AIRLOCK.identity());

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void release() throws IOException {
    folder =
        ReleaseBundle.write(parent, approved(), Audits.MODEL, FULL, AIRLOCK, Audits.THEN).folder();
  }

  @Test
  void aReleaseVerifies() throws IOException {
    Verification.Verified verified = (Verification.Verified) BundleVerifier.verify(folder, TRUST);
    assertThat(verified.candidate()).isEqualTo("breast-cancer-mlp");
    assertThat(verified.model()).isEqualTo(Digest.of(Audits.MODEL));
    assertThat(verified.approvers()).containsExactly("anna", "ben");
    assertThat(verified.signerTrusted()).isTrue();
    assertThat(Files.readAllBytes(folder.resolve("model.onnx"))).isEqualTo(Audits.MODEL);
    try (Stream<Path> left = Files.list(parent)) {
      assertThat(left).containsExactly(folder); // no draft folder stays behind
    }
  }

  @Test
  void aModelAssessedWithItsRowsLeavesWithoutWhatSpeaksOfThem() throws IOException {
    Dossier local = Assessments.dossier(600, 520, 0.4);
    Path other =
        ReleaseBundle.write(
                parent.resolve("local"), approved(local), Audits.MODEL, local, AIRLOCK, Audits.THEN)
            .folder();
    Verification.Verified verified = (Verification.Verified) BundleVerifier.verify(other, TRUST);
    assertThat(verified.candidate()).isEqualTo("readmission-risk");
    Assessment.Data data = Assessments.assessment().data();
    assertThat(data).isNotNull();
    try (Stream<Path> files = Files.list(other)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain(data.members(), data.nonMembers(), "age_at_visit", "postcode");
      }
    }
  }

  @Test
  void anOutvotedRefusalIsShownButDoesNotApprove() throws IOException {
    Review review =
        moved(Review.draft(roster()).submit(Submission.of(FULL, RESEARCHER, List.of())));
    review = moved(vote(review, "cai", CAI, Decision.Choice.REFUSE));
    review = moved(vote(review, "anna", ANNA, Decision.Choice.APPROVE));
    review = moved(moved(vote(review, "ben", BEN, Decision.Choice.APPROVE)).conclude());
    Path other =
        ReleaseBundle.write(parent.resolve("x"), review, Audits.MODEL, FULL, AIRLOCK, Audits.THEN)
            .folder();
    Verification.Verified verified = (Verification.Verified) BundleVerifier.verify(other, TRUST);
    assertThat(verified.approvers()).containsExactly("anna", "ben");
    assertThat(Files.readString(other.resolve("decisions.json"))).contains("\"refuse\"");
  }

  @Test
  void theSignerIsTrustedOnlyIfTheVerifierNamedIt() throws IOException {
    Trust print = new Trust.Fingerprint(AIRLOCK.identity().fingerprint());
    assertThat(((Verification.Verified) BundleVerifier.verify(folder, print)).signerTrusted())
        .isTrue();
    Verification.Verified unpinned =
        (Verification.Verified) BundleVerifier.verify(folder, new Trust.Nobody());
    assertThat(unpinned.signerTrusted()).isFalse();
    assertThat(unpinned.aboutSigner())
        .contains("unpinned key", AIRLOCK.identity().fingerprint().hex());
    assertFails(new Trust.Key(ANNA.identity()), "signer.json", "not the key you trust");
  }

  @Test
  void everyFlippedByteIsNamed() throws IOException {
    for (BundleFile file : BundleFile.values()) {
      Path path = folder.resolve(file.fileName());
      byte[] whole = Files.readAllBytes(path);
      // 41 places spread over each file, and its end below; the envelope's fields have their own
      // test
      int step = Math.max(1, whole.length / 40);
      for (int at = 0; at < whole.length; at += step) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << (at % 8));
        Files.write(path, flipped);
        assertNames(BundleVerifier.verify(folder, TRUST), file, at);
      }
      byte[] last = whole.clone();
      last[whole.length - 1] ^= 1;
      Files.write(path, last);
      assertNames(BundleVerifier.verify(folder, new Trust.Nobody()), file, whole.length - 1);
      Files.write(path, whole);
    }
    assertThat(BundleVerifier.verify(folder, TRUST)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void everyFieldOfTheEnvelopeCounts() throws IOException {
    Path path = folder.resolve("release.intoto.dsse.json");
    String whole = Files.readString(path);
    for (String field :
        List.of("payload", "payloadType", "signatures", "keyid", "sig", "ed25519:", "ml-dsa-65:")) {
      for (int at = whole.indexOf(field); at >= 0; at = whole.indexOf(field, at + 1)) {
        for (int inside : new int[] {0, field.length() / 2, field.length() + 6}) {
          byte[] flipped = whole.getBytes(StandardCharsets.UTF_8);
          flipped[at + inside] ^= 2;
          Files.write(path, flipped);
          assertNames(BundleVerifier.verify(folder, TRUST), BundleFile.ENVELOPE, at + inside);
        }
      }
    }
  }

  @Test
  void truncationIsNamed() throws IOException {
    for (BundleFile file : BundleFile.values()) {
      Path path = folder.resolve(file.fileName());
      byte[] whole = Files.readAllBytes(path);
      for (int length : new int[] {0, whole.length / 2, whole.length - 1}) {
        Files.write(path, Arrays.copyOf(whole, length));
        assertNames(BundleVerifier.verify(folder, TRUST), file, length);
      }
      Files.write(path, whole);
    }
  }

  @Test
  void extraMissingAndLinkedFilesAreNamed() throws IOException {
    Path extra = Files.writeString(folder.resolve("read me.txt"), "hello");
    assertFails(TRUST, "read me.txt", "does not belong");
    Files.delete(extra);
    Files.createDirectory(folder.resolve("inner"));
    assertFails(TRUST, "inner", "does not belong");
    Files.delete(folder.resolve("inner"));
    Path model = folder.resolve("model.onnx");
    Path elsewhere = parent.resolve("model.onnx");
    Files.move(model, elsewhere);
    assertFails(TRUST, "model.onnx", "is missing");
    Files.createSymbolicLink(model, elsewhere);
    assertFails(TRUST, "model.onnx", "link");
  }

  @Test
  void oversizedFilesAreRefusedUnread() throws IOException {
    try (var channel = FileChannel.open(folder.resolve("signer.json"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[1]), 1L << 32); // sparse: 4 GiB on paper
    }
    assertFails(TRUST, "signer.json", "larger than");
  }

  @Test
  void aBundleResignedByAnotherKeyIsCaughtByATrustedKey() throws IOException {
    IdentityKey forger = IdentityKey.generate();
    Path other = parent.resolve("forged");
    Path forged =
        ReleaseBundle.write(other, approved(), Audits.MODEL, FULL, forger, Audits.THEN).folder();
    assertThat(BundleVerifier.verify(forged, TRUST)).isInstanceOf(Verification.Failed.class);
    // the forger's statement under the real signer file
    Files.copy(
        forged.resolve("release.intoto.dsse.json"),
        folder.resolve("release.intoto.dsse.json"),
        StandardCopyOption.REPLACE_EXISTING);
    assertFails(TRUST, "release.intoto.dsse.json", "signatures do not both hold");
  }

  @Test
  void oneOfTheTwoSignaturesIsNotEnough() throws IOException, MalformedException {
    Path path = folder.resolve("release.intoto.dsse.json");
    Envelope whole = CanonicalJson.read(Files.readAllBytes(path), Envelope.class);
    IdentityKey other = IdentityKey.generate();
    Envelope foreign = Envelope.sign(whole.statement(), other);
    for (int keep = 0; keep < 2; keep++) {
      int kept = keep;
      List<Envelope.Signature> mixed =
          List.of(0, 1).stream()
              .map(
                  i ->
                      i == kept
                          ? whole.signatures().get(i)
                          : new Envelope.Signature(
                              whole.signatures().get(i).keyid(), foreign.signatures().get(i).sig()))
              .toList();
      Files.write(
          path, CanonicalJson.write(new Envelope(whole.payload(), whole.payloadType(), mixed)));
      assertFails(TRUST, "release.intoto.dsse.json", "signatures do not both hold");
    }
  }

  @Test
  void preAuthenticationEncodingIsTheSpecifications() {
    // the example in secure-systems-lab/dsse protocol.md
    assertThat(
            new String(
                Envelope.preAuthenticationEncoding(
                    "http://example.com/HelloWorld",
                    "hello world".getBytes(StandardCharsets.UTF_8)),
                StandardCharsets.UTF_8))
        .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  }

  @Test
  void carriesNoInternalReasonAndNoFullDossier() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain("between ourselves", "\"full\"");
      }
    }
    assertThat(Files.readString(folder.resolve("decisions.json"))).contains("near guessing");
  }

  @Test
  void onlyWhatWasApprovedIsWritten() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ReleaseBundle.write(
                    parent.resolve("x"), approved(), new byte[] {1}, FULL, AIRLOCK, Audits.THEN))
        .withMessageContaining("not the model bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ReleaseBundle.write(
                    parent.resolve("x"),
                    approved(),
                    Audits.MODEL,
                    Audits.dossier(601, 250, 0.1, 0),
                    AIRLOCK,
                    Audits.THEN))
        .withMessageContaining("not the dossier");
    Review submitted =
        moved(Review.draft(roster()).submit(Submission.of(FULL, RESEARCHER, List.of())));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ReleaseBundle.write(
                    parent.resolve("x"), submitted, Audits.MODEL, FULL, AIRLOCK, Audits.THEN))
        .withMessageContaining("only an approved model");
    assertThat(parent.resolve("x")).doesNotExist();
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(
            () ->
                ReleaseBundle.write(parent, approved(), Audits.MODEL, FULL, AIRLOCK, Audits.THEN));
  }

  private void assertFails(Trust trust, String file, String what) throws IOException {
    Verification.Failed failed = (Verification.Failed) BundleVerifier.verify(folder, trust);
    assertThat(failed.problems())
        .anyMatch(problem -> problem.file().equals(file) && problem.what().contains(what));
  }

  private static void assertNames(Verification verification, BundleFile file, int at) {
    assertThat(verification).as("%s byte %d", file, at).isInstanceOf(Verification.Failed.class);
    assertThat(((Verification.Failed) verification).problems())
        .as("%s byte %d", file, at)
        .extracting(Verification.Problem::file)
        .contains(file.fileName());
  }

  private static Roster roster() {
    return new Roster(
        Map.of("anna", ANNA.identity(), "ben", BEN.identity(), "cai", CAI.identity()));
  }

  private static Review approved() {
    return approved(FULL);
  }

  private static Review approved(Dossier full) {
    Submission submission = Submission.of(full, RESEARCHER, List.of());
    Review review = moved(Review.draft(roster()).submit(submission));
    review = moved(vote(review, full, "anna", ANNA, Decision.Choice.APPROVE));
    review = moved(vote(review, full, "ben", BEN, Decision.Choice.APPROVE));
    Review approved = moved(review.conclude());
    assertThat(approved.state()).isEqualTo(ReviewState.APPROVED);
    return approved;
  }

  private static Step vote(Review review, String name, IdentityKey key, Decision.Choice choice) {
    return vote(review, FULL, name, key, choice);
  }

  private static Step vote(
      Review review, Dossier full, String name, IdentityKey key, Decision.Choice choice) {
    InternalReason internal = new InternalReason("between ourselves", new byte[32]);
    Decision decision =
        new Decision(
            Digest.of(Audits.MODEL),
            full.digest(),
            review.attempt(),
            name,
            choice,
            "figures are near guessing",
            internal.commitment(),
            Audits.THEN);
    return review.decide(SignedDecision.sign(decision, key), internal);
  }

  private static Review moved(Step step) {
    return switch (step) {
      case Step.Moved moved -> moved.review();
      case Step.Refused refused -> throw new AssertionError(refused.toString());
    };
  }
}

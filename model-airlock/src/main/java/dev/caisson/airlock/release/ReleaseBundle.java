package dev.caisson.airlock.release;

import dev.caisson.airlock.CanonicalJson;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.review.Review;
import dev.caisson.airlock.review.ReviewState;
import dev.caisson.airlock.review.Step;
import dev.caisson.airlock.review.Submission;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/// Writes what leaves: a folder named after the candidate with the model, its public dossier (JSON
/// and page), provenance, decisions, the signer's public key and one signed statement over them
/// all. Nothing is written unless the review is approved for exactly these model bytes and this
/// dossier.
public final class ReleaseBundle {
  private ReleaseBundle() {}

  /// The folder, and the review marked as released.
  public record Written(Path folder, Review review) {}

  /// Writes `parent/CANDIDATE`, which must not exist; it appears whole or not at all. A review that
  /// is not approved, or other bytes than it approved, are an `IllegalArgumentException`: callers
  /// go through [Review] first.
  public static Written write(
      Path parent, Review review, byte[] model, Dossier full, IdentityKey airlock, Instant released)
      throws IOException {
    Submission submission = approved(review, model, full);
    Path folder = parent.resolve(submission.candidate());
    if (Files.exists(folder)) {
      throw new FileAlreadyExistsException(
          folder.toString(), null, "a release is never overwritten; name another place");
    }
    Dossier open = full.forPublic();
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(BundleFile.MODEL.fileName(), model);
    files.put(BundleFile.DOSSIER.fileName(), open.json());
    files.put(BundleFile.PAGE.fileName(), open.html());
    files.put(BundleFile.PROVENANCE.fileName(), CanonicalJson.write(open.provenance()));
    files.put(
        BundleFile.DECISIONS.fileName(), CanonicalJson.write(DecisionsFile.of(review.openVotes())));
    files.put(BundleFile.SIGNER.fileName(), CanonicalJson.write(SignerFile.of(airlock.identity())));
    SortedMap<String, Digest> digests = new TreeMap<>();
    files.forEach((name, content) -> digests.put(name, Digest.of(content)));
    Statement statement =
        Statement.over(
            digests,
            Statement.Release.of(
                submission, review.attempt(), review.openVotes(), airlock.identity(), released));
    files.put(
        BundleFile.ENVELOPE.fileName(), CanonicalJson.write(Envelope.sign(statement, airlock)));
    place(parent, folder, files);
    return new Written(folder, released(review));
  }

  private static Submission approved(Review review, byte[] model, Dossier full) {
    if (review.state() != ReviewState.APPROVED) {
      throw new IllegalArgumentException(
          "only an approved model is released; this one is " + review.state());
    }
    Submission submission =
        review
            .submission()
            .orElseThrow(() -> new IllegalStateException("an approved review has a submission"));
    if (!submission.model().equals(Digest.of(model))) {
      throw new IllegalArgumentException("these are not the model bytes that were approved");
    }
    if (!submission.dossier().equals(full.digest())) {
      throw new IllegalArgumentException("this is not the dossier that was approved");
    }
    return submission;
  }

  private static Review released(Review review) {
    return switch (review.release()) {
      case Step.Moved moved -> moved.review();
      case Step.Refused refused ->
          throw new IllegalStateException("APPROVED may always become RELEASED: " + refused);
    };
  }

  private static void place(Path parent, Path folder, SortedMap<String, byte[]> files)
      throws IOException {
    Files.createDirectories(parent);
    Path draft = Files.createTempDirectory(parent, ".release-");
    try {
      for (var file : files.entrySet()) {
        Files.write(draft.resolve(file.getKey()), file.getValue());
      }
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      for (String name : files.keySet()) {
        Files.deleteIfExists(draft.resolve(name));
      }
      Files.deleteIfExists(draft);
      throw e;
    }
  }
}

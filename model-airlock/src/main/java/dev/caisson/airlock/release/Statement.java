package dev.caisson.airlock.release;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.caisson.airlock.review.Party;
import dev.caisson.airlock.review.Submission;
import dev.caisson.airlock.review.Vote;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is signed: an in-toto Statement v1 (in-toto attestation framework, `spec/v1/statement.md`)
/// whose subjects are all other files of the bundle, by SHA-256, and whose predicate says what was
/// decided by whom.
record Statement(
    @JsonProperty("_type") String type,
    List<Subject> subject,
    String predicateType,
    Release predicate) {

  static final String TYPE = "https://in-toto.io/Statement/v1";
  static final String PREDICATE = "urn:caisson:attestation:release:v1";

  record Subject(String name, Sha256 digest) {}

  /// 64 hex digits, as in-toto writes them.
  record Sha256(String sha256) {
    static Sha256 of(Digest digest) {
      return new Sha256(digest.hex());
    }
  }

  /// A reviewer whose decision counts, with the public keys that it was signed with.
  record Reviewer(String name, Digest fingerprint, String key) {
    static Reviewer of(Vote vote) {
      return new Reviewer(
          vote.signed().decision().reviewer(),
          vote.key().fingerprint(),
          Base64.getEncoder().encodeToString(vote.key().encoded()));
    }

    Identity identity() throws MalformedException {
      try {
        return Identity.decode(Base64.getDecoder().decode(key));
      } catch (IllegalArgumentException e) {
        throw new MalformedException("a reviewer's key is not base64", e);
      }
    }
  }

  /// The predicate. `fullDossier` is the digest of what the reviewers saw, which stays inside.
  record Release(
      String candidate,
      Digest model,
      Digest fullDossier,
      int attempt,
      Party submitter,
      List<Party> trainers,
      List<Reviewer> reviewers,
      Digest signer,
      Instant released) {
    Release {
      trainers = List.copyOf(trainers);
      reviewers = List.copyOf(reviewers);
    }

    static Release of(
        Submission submission, int attempt, List<Vote> votes, Identity signer, Instant released) {
      return new Release(
          submission.candidate(),
          submission.model(),
          submission.dossier(),
          attempt,
          submission.submitter(),
          submission.trainers(),
          votes.stream().map(Reviewer::of).toList(),
          signer.fingerprint(),
          released);
    }
  }

  Statement {
    subject = List.copyOf(subject);
  }

  static Statement over(SortedMap<String, Digest> files, Release release) {
    List<Subject> subjects =
        files.entrySet().stream()
            .map(file -> new Subject(file.getKey(), Sha256.of(file.getValue())))
            .toList();
    return new Statement(TYPE, subjects, PREDICATE, release);
  }

  /// The signed digest (hex) of each file.
  Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    subject.forEach(s -> digests.put(s.name(), s.digest().sha256()));
    return digests;
  }
}

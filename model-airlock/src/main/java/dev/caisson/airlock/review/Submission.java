package dev.caisson.airlock.review;

import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.trust.Digest;
import java.util.List;

/// What is put before reviewers: exactly these model bytes with exactly this full dossier, who
/// asks, and who trained it (sites and their custodians).
public record Submission(
    String candidate,
    Digest model,
    Digest dossier,
    boolean blocked,
    Party submitter,
    List<Party> trainers) {

  public Submission {
    trainers = List.copyOf(trainers);
  }

  /// For a full dossier; it blocks if any of its checks does.
  public static Submission of(Dossier full, Party submitter, List<Party> trainers) {
    if (full.audience() != Dossier.Audience.FULL) {
      throw new IllegalArgumentException(
          "reviewers decide on the full dossier, not the public one");
    }
    return new Submission(
        full.candidate().name(),
        full.candidate().model(),
        full.digest(),
        full.verdict() == Verdict.BLOCKS,
        submitter,
        trainers);
  }
}

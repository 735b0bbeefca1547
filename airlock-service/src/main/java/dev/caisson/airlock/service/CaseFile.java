package dev.caisson.airlock.service;

import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.release.ReleaseBundle;
import dev.caisson.airlock.review.InternalReason;
import dev.caisson.airlock.review.Review;
import dev.caisson.airlock.review.ReviewState;
import dev.caisson.airlock.review.SignedDecision;
import dev.caisson.airlock.review.Step;
import dev.caisson.trust.IdentityKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One candidate at the airlock: the model bytes, their dossier, where its review stands and, once
/// two people have approved, its release. Thread-safe: decisions are taken one at a time.
public final class CaseFile {
  private final Dossier dossier;
  private final byte[] model;
  private final String submitter;
  private final Path releases;
  private final IdentityKey airlock;
  private final Clock clock;
  private Review review;
  private @Nullable Path bundle;

  CaseFile(
      Dossier dossier,
      byte[] model,
      String submitter,
      Review review,
      Path releases,
      IdentityKey airlock,
      Clock clock) {
    this.dossier = dossier;
    this.model = model;
    this.submitter = submitter;
    this.review = review;
    this.releases = releases;
    this.airlock = airlock;
    this.clock = clock;
  }

  public String candidate() {
    return dossier.candidate().name();
  }

  public String submitter() {
    return submitter;
  }

  /// The full dossier, for reviewers.
  public Dossier dossier() {
    return dossier;
  }

  public synchronized ReviewState state() {
    return review.state();
  }

  public synchronized int attempt() {
    return review.attempt();
  }

  /// How a decision changed the review, or why it did not.
  public record Decided(boolean counted, ReviewState state, String text) {}

  /// Counts a decision; on the second approval the model is released. If the release cannot be
  /// written the decision has not counted and can be taken again.
  public synchronized Decided decide(SignedDecision decision, InternalReason internal)
      throws IOException {
    Review next;
    switch (review.decide(decision, internal)) {
      case Step.Refused refused -> {
        return new Decided(false, review.state(), refused.rule().text() + ": " + refused.why());
      }
      case Step.Moved(Review counted) -> next = counted;
    }
    if (next.state() == ReviewState.REVIEWED
        && next.conclude() instanceof Step.Moved(Review concluded)) {
      next = concluded;
    }
    if (next.state() == ReviewState.APPROVED) {
      ReleaseBundle.Written written =
          ReleaseBundle.write(releases, next, model, dossier, airlock, clock.instant());
      next = written.review();
      bundle = written.folder();
    }
    review = next;
    return new Decided(true, review.state(), inWords());
  }

  private String inWords() {
    return switch (review.state()) {
      case PARTIALLY_REVIEWED -> "counted; another reviewer must decide too";
      case RELEASED -> "counted; two reviewers approve: released";
      case REJECTED -> "counted; two reviewers refuse: rejected";
      default -> "counted";
    };
  }

  /// The release bundle's folder, once released.
  public synchronized Optional<Path> bundle() {
    return Optional.ofNullable(bundle);
  }
}

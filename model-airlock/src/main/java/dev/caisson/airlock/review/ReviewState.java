package dev.caisson.airlock.review;

import java.util.Set;

/// Where a candidate stands. What may follow what is all here; who may cause it is in [Review].
public enum ReviewState {
  DRAFT,
  SUBMITTED,
  /// A deterministic finding forbids release; only a changed submission leads on.
  BLOCKED,
  /// At least one vote, and no two for the same answer yet.
  PARTIALLY_REVIEWED,
  /// Two reviewers agree; the votes are open.
  REVIEWED,
  APPROVED,
  RELEASED,
  /// Recipients are told; weights that are out cannot be called back.
  REVOKED,
  /// Back to the submitter for changes.
  RETURNED,
  REJECTED,
  WITHDRAWN;

  /// The states that may follow this one.
  public Set<ReviewState> next() {
    return switch (this) {
      case DRAFT -> Set.of(SUBMITTED, BLOCKED, WITHDRAWN);
      case SUBMITTED -> Set.of(SUBMITTED, BLOCKED, PARTIALLY_REVIEWED, RETURNED, WITHDRAWN);
      case BLOCKED -> Set.of(SUBMITTED, BLOCKED, RETURNED, REJECTED, WITHDRAWN);
      case PARTIALLY_REVIEWED ->
          Set.of(SUBMITTED, BLOCKED, PARTIALLY_REVIEWED, REVIEWED, RETURNED, WITHDRAWN);
      case REVIEWED -> Set.of(SUBMITTED, BLOCKED, APPROVED, REJECTED, RETURNED, WITHDRAWN);
      case APPROVED -> Set.of(SUBMITTED, BLOCKED, RELEASED, WITHDRAWN);
      case RELEASED -> Set.of(REVOKED);
      case RETURNED -> Set.of(SUBMITTED, BLOCKED, WITHDRAWN);
      case REVOKED, REJECTED, WITHDRAWN -> Set.of();
    };
  }
}

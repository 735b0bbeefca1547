package dev.caisson.airlock.review;

import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One candidate's way through people's hands. Immutable and pure: every step gives a new review or
/// a refusal that names its [Rule].
///
/// Guaranteed: no review reaches APPROVED without two decisions to approve, signed by two different
/// people of the roster who neither submitted nor trained the model, each over exactly this model,
/// this dossier and this attempt, and none with a blocking finding. A changed submission drops all
/// votes. One vote for and one against wait for a third reviewer.
///
/// Not checked here: who may submit, return, withdraw, release or revoke; that is the caller's
/// access control. The roster is fixed when the review begins.
public final class Review {
  private static final int NEEDED = 2;

  private final Roster reviewers;
  private final ReviewState state;
  private final @Nullable Submission submission;
  private final int attempt;
  private final List<Vote> votes;

  private Review(
      Roster reviewers,
      ReviewState state,
      @Nullable Submission submission,
      int attempt,
      List<Vote> votes) {
    this.reviewers = reviewers;
    this.state = state;
    this.submission = submission;
    this.attempt = attempt;
    this.votes = List.copyOf(votes);
  }

  public static Review draft(Roster reviewers) {
    if (reviewers.size() < NEEDED) {
      throw new IllegalArgumentException(
          "a roster of %d reviewers can approve nothing; two are needed"
              .formatted(reviewers.size()));
    }
    return new Review(reviewers, ReviewState.DRAFT, null, 0, List.of());
  }

  /// Puts a model before the reviewers, for the first time or changed: earlier votes are dropped.
  public Step submit(Submission next) {
    ReviewState target = next.blocked() ? ReviewState.BLOCKED : ReviewState.SUBMITTED;
    if (!state.next().contains(target)) {
      return notNow("submit");
    }
    return new Step.Moved(new Review(reviewers, target, next, attempt + 1, List.of()));
  }

  /// Counts a reviewer's decision, or says which rule it breaks.
  public Step decide(SignedDecision signed, InternalReason internal) {
    Submission current = submission;
    if (current == null) {
      return notNow("decide");
    }
    Decision decision = signed.decision();
    if (state == ReviewState.BLOCKED && decision.choice() == Decision.Choice.APPROVE) {
      return refused(Rule.BLOCKS_STAND, "the dossier blocks; return it for changes or reject it");
    }
    if (state != ReviewState.SUBMITTED && state != ReviewState.PARTIALLY_REVIEWED) {
      return notNow("decide");
    }
    Optional<Identity> key = reviewers.find(decision.reviewer());
    if (key.isEmpty()) {
      return refused(Rule.REVIEWER_ON_ROSTER, "'%s' is not on it".formatted(decision.reviewer()));
    }
    Optional<Step.Refused> refusal = refusal(current, signed, internal, key.get());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    List<Vote> counted = new ArrayList<>(votes);
    counted.add(new Vote(signed, internal, key.get()));
    boolean agreed =
        count(counted, Decision.Choice.APPROVE) >= NEEDED
            || count(counted, Decision.Choice.REFUSE) >= NEEDED;
    return new Step.Moved(
        new Review(
            reviewers,
            agreed ? ReviewState.REVIEWED : ReviewState.PARTIALLY_REVIEWED,
            current,
            attempt,
            counted));
  }

  private Optional<Step.Refused> refusal(
      Submission current, SignedDecision signed, InternalReason internal, Identity key) {
    Decision decision = signed.decision();
    Digest fingerprint = key.fingerprint();
    if (!signed.signedBy(key)) {
      return Optional.of(
          refused(Rule.SIGNED_BY_REVIEWER, "not by %s's key".formatted(decision.reviewer())));
    }
    if (!decision.model().equals(current.model())) {
      return Optional.of(
          refused(Rule.THIS_MODEL, "it is for model " + decision.model().shortHex()));
    }
    if (!decision.dossier().equals(current.dossier())) {
      return Optional.of(
          refused(Rule.THIS_DOSSIER, "it is for dossier " + decision.dossier().shortHex()));
    }
    if (decision.attempt() != attempt) {
      return Optional.of(
          refused(
              Rule.THIS_ATTEMPT,
              "it is for attempt %d of %d".formatted(decision.attempt(), attempt)));
    }
    if (current.submitter().is(decision.reviewer(), fingerprint)) {
      return Optional.of(refused(Rule.NOT_THE_SUBMITTER, decision.reviewer() + " submitted it"));
    }
    if (current.trainers().stream().anyMatch(t -> t.is(decision.reviewer(), fingerprint))) {
      return Optional.of(refused(Rule.NOT_A_TRAINER, decision.reviewer() + " trained it"));
    }
    if (votes.stream().anyMatch(v -> v.key().equals(key))) {
      return Optional.of(refused(Rule.ONE_VOTE_EACH, decision.reviewer() + " has voted"));
    }
    if (decision.publicReason().isBlank() || internal.text().isBlank()) {
      return Optional.of(refused(Rule.REASONS_GIVEN, "a reason is empty"));
    }
    if (!internal.commitment().equals(decision.internalReason())) {
      return Optional.of(refused(Rule.REASON_AS_SIGNED, "text or salt differ"));
    }
    return Optional.empty();
  }

  /// Draws the conclusion from two agreeing votes: approved or rejected.
  public Step conclude() {
    if (state != ReviewState.REVIEWED) {
      return votes.size() < NEEDED && state == ReviewState.PARTIALLY_REVIEWED
          ? refused(Rule.TWO_APPROVALS, "%d vote so far".formatted(votes.size()))
          : notNow("conclude");
    }
    return count(votes, Decision.Choice.APPROVE) >= NEEDED
        ? to(ReviewState.APPROVED)
        : to(ReviewState.REJECTED);
  }

  /// Back to the submitter.
  public Step giveBack() {
    return to(ReviewState.RETURNED);
  }

  /// Turns down a blocked candidate without a vote.
  public Step rejectBlocked() {
    return state == ReviewState.BLOCKED ? to(ReviewState.REJECTED) : notNow("reject without votes");
  }

  public Step withdraw() {
    return to(ReviewState.WITHDRAWN);
  }

  /// Marks it as gone out; [dev.caisson.airlock.release.ReleaseBundle] does this when it has
  /// written.
  public Step release() {
    return to(ReviewState.RELEASED);
  }

  public Step revoke() {
    return to(ReviewState.REVOKED);
  }

  public ReviewState state() {
    return state;
  }

  public Optional<Submission> submission() {
    return Optional.ofNullable(submission);
  }

  /// The number of this submission, from 1; 0 for a draft. Decisions carry it.
  public int attempt() {
    return attempt;
  }

  /// Who has voted, in order.
  public List<String> voters() {
    return votes.stream().map(vote -> vote.signed().decision().reviewer()).toList();
  }

  /// The votes themselves, hidden until two agree so that nobody votes after another's lead.
  public List<Vote> openVotes() {
    return state == ReviewState.PARTIALLY_REVIEWED ? List.of() : votes;
  }

  private Step to(ReviewState target) {
    if (!state.next().contains(target)) {
      return notNow("become " + target);
    }
    return new Step.Moved(new Review(reviewers, target, submission, attempt, votes));
  }

  private Step.Refused notNow(String what) {
    return refused(Rule.STATE_ALLOWS_IT, "cannot %s while %s".formatted(what, state));
  }

  private static Step.Refused refused(Rule rule, String why) {
    return new Step.Refused(rule, why);
  }

  private static long count(List<Vote> votes, Decision.Choice choice) {
    return votes.stream().filter(v -> v.signed().decision().choice() == choice).count();
  }
}

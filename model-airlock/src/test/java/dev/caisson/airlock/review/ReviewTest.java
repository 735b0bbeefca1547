package dev.caisson.airlock.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.airlock.Audits;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReviewTest {
  private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
  private static final IdentityKey ANNA = IdentityKey.generate();
  private static final IdentityKey BEN = IdentityKey.generate();
  private static final IdentityKey CAI = IdentityKey.generate();
  private static final IdentityKey DORA = IdentityKey.generate();
  private static final Dossier DOSSIER = Audits.dossier(600, 250, 0.1, 0);
  private static final Party RESEARCHER = new Party("researcher", Digest.ofText("their key"));

  private final Roster roster =
      new Roster(
          Map.of(
              "anna", ANNA.identity(),
              "ben", BEN.identity(),
              "cai", CAI.identity(),
              "dora", DORA.identity()));
  private final Submission submission = submission(RESEARCHER, List.of());

  @Test
  void twoReviewersApprove() {
    Review review = moved(start().decide(yes("anna", ANNA), reason()));
    assertThat(review.state()).isEqualTo(ReviewState.PARTIALLY_REVIEWED);
    review = moved(review.decide(yes("ben", BEN), reason()));
    assertThat(review.state()).isEqualTo(ReviewState.REVIEWED);
    review = moved(review.conclude());
    assertThat(review.state()).isEqualTo(ReviewState.APPROVED);
    assertThat(moved(moved(review.release()).revoke()).state()).isEqualTo(ReviewState.REVOKED);
  }

  @Test
  void oneApprovalIsNotEnough() {
    Review one = moved(start().decide(yes("anna", ANNA), reason()));
    assertThat(refused(one.conclude())).isEqualTo(Rule.TWO_APPROVALS);
    assertThat(refused(one.release())).isEqualTo(Rule.STATE_ALLOWS_IT);
  }

  @Test
  void theSamePersonCountsOnce() {
    Review one = moved(start().decide(yes("anna", ANNA), reason()));
    assertThat(refused(one.decide(yes("anna", ANNA), reason()))).isEqualTo(Rule.ONE_VOTE_EACH);
    assertThat(refused(one.decide(no("anna", ANNA), reason()))).isEqualTo(Rule.ONE_VOTE_EACH);
  }

  @Test
  void theSubmitterDoesNotCountUnderAnyName() {
    Review byName =
        moved(
            Review.draft(roster)
                .submit(submission(new Party("anna", Digest.ofText("x")), List.of())));
    assertThat(refused(byName.decide(yes("anna", ANNA), reason())))
        .isEqualTo(Rule.NOT_THE_SUBMITTER);
    Review byKey =
        moved(
            Review.draft(roster)
                .submit(
                    submission(new Party("other-name", ANNA.identity().fingerprint()), List.of())));
    assertThat(refused(byKey.decide(yes("anna", ANNA), reason())))
        .isEqualTo(Rule.NOT_THE_SUBMITTER);
  }

  @Test
  void nobodyReviewsWhatTheyTrained() {
    Party trainer = new Party("site-a", BEN.identity().fingerprint());
    Review review = moved(Review.draft(roster).submit(submission(RESEARCHER, List.of(trainer))));
    assertThat(refused(review.decide(yes("ben", BEN), reason()))).isEqualTo(Rule.NOT_A_TRAINER);
  }

  @Test
  void strangersAndFalseSignaturesDoNotCount() {
    assertThat(refused(start().decide(yes("eve", ANNA), reason())))
        .isEqualTo(Rule.REVIEWER_ON_ROSTER);
    assertThat(refused(start().decide(yes("anna", BEN), reason())))
        .isEqualTo(Rule.SIGNED_BY_REVIEWER);
    SignedDecision signed = yes("anna", ANNA);
    SignedDecision altered = new SignedDecision(no("anna", ANNA).decision(), signed.signature());
    assertThat(refused(start().decide(altered, reason()))).isEqualTo(Rule.SIGNED_BY_REVIEWER);
  }

  @Test
  void decisionsAreForExactlyThisModelDossierAndAttempt() {
    assertThat(refused(start().decide(sign(Digest.ofText("other"), DOSSIER.digest(), 1), reason())))
        .isEqualTo(Rule.THIS_MODEL);
    assertThat(
            refused(start().decide(sign(submission.model(), Digest.ofText("other"), 1), reason())))
        .isEqualTo(Rule.THIS_DOSSIER);
    assertThat(refused(start().decide(sign(submission.model(), DOSSIER.digest(), 2), reason())))
        .isEqualTo(Rule.THIS_ATTEMPT);
  }

  @Test
  void aChangedModelDropsAllVotes() {
    Review one = moved(start().decide(yes("anna", ANNA), reason()));
    Review two = moved(moved(one.decide(yes("ben", BEN), reason())).conclude());
    Submission changed =
        new Submission("c", Digest.ofText("new"), Digest.ofText("d"), false, RESEARCHER, List.of());
    Review again = moved(two.submit(changed));
    assertThat(again.state()).isEqualTo(ReviewState.SUBMITTED);
    assertThat(again.voters()).isEmpty();
    assertThat(again.attempt()).isEqualTo(2);
    // an old vote cannot be played again, not even for the same bytes
    Review same = moved(one.submit(submission));
    assertThat(refused(same.decide(yes("ben", BEN), reason()))).isEqualTo(Rule.THIS_ATTEMPT);
  }

  @Test
  void aSplitGoesToAThird() {
    Review split =
        moved(moved(start().decide(yes("anna", ANNA), reason())).decide(no("ben", BEN), reason()));
    assertThat(split.state()).isEqualTo(ReviewState.PARTIALLY_REVIEWED);
    assertThat(split.openVotes()).as("hidden from the third").isEmpty();
    Review approved = moved(moved(split.decide(yes("cai", CAI), reason())).conclude());
    assertThat(approved.state()).isEqualTo(ReviewState.APPROVED);
    Review rejected = moved(moved(split.decide(no("cai", CAI), reason())).conclude());
    assertThat(rejected.state()).isEqualTo(ReviewState.REJECTED);
    assertThat(refused(rejected.release())).isEqualTo(Rule.STATE_ALLOWS_IT);
  }

  @Test
  void votesAreHiddenUntilTwoAgree() {
    Review one = moved(start().decide(yes("anna", ANNA), reason()));
    assertThat(one.openVotes()).isEmpty();
    assertThat(one.voters()).containsExactly("anna");
    assertThat(moved(one.decide(yes("ben", BEN), reason())).openVotes()).hasSize(2);
  }

  @Test
  void blockingFindingsStand() {
    Submission blocked = Submission.of(Audits.dossier(600, 250, 0.1, 2), RESEARCHER, List.of());
    Review review = moved(Review.draft(roster).submit(blocked));
    assertThat(review.state()).isEqualTo(ReviewState.BLOCKED);
    assertThat(refused(review.decide(yes("anna", ANNA), reason()))).isEqualTo(Rule.BLOCKS_STAND);
    assertThat(refused(review.conclude())).isEqualTo(Rule.STATE_ALLOWS_IT);
    assertThat(refused(review.release())).isEqualTo(Rule.STATE_ALLOWS_IT);
    assertThat(moved(review.rejectBlocked()).state()).isEqualTo(ReviewState.REJECTED);
    assertThat(moved(review.submit(submission)).state()).isEqualTo(ReviewState.SUBMITTED);
  }

  @Test
  void reasonsAreGivenAndTheInternalOneIsTheSignedOne() {
    InternalReason other = new InternalReason("something else", new byte[32]);
    assertThat(refused(start().decide(yes("anna", ANNA), other))).isEqualTo(Rule.REASON_AS_SIGNED);
    InternalReason blank = new InternalReason(" ", new byte[32]);
    assertThat(refused(start().decide(yes("anna", ANNA), blank))).isEqualTo(Rule.REASONS_GIVEN);
    assertThat(reason().toString()).doesNotContain("ward");
  }

  @Test
  void noStateIsReachedWithoutItsTransition() {
    // the end states lead nowhere, and APPROVED is entered from REVIEWED alone
    for (ReviewState end :
        EnumSet.of(ReviewState.REVOKED, ReviewState.REJECTED, ReviewState.WITHDRAWN)) {
      assertThat(end.next()).isEmpty();
    }
    Set<ReviewState> before = new HashSet<>();
    Set<ReviewState> beforeRelease = new HashSet<>();
    for (ReviewState state : ReviewState.values()) {
      if (state.next().contains(ReviewState.APPROVED)) {
        before.add(state);
      }
      if (state.next().contains(ReviewState.RELEASED)) {
        beforeRelease.add(state);
      }
    }
    assertThat(before).containsExactly(ReviewState.REVIEWED);
    assertThat(beforeRelease).containsExactly(ReviewState.APPROVED);
  }

  @Test
  void everyStepInAWrongStateIsRefused() {
    Review draft = Review.draft(roster);
    assertThat(refused(draft.decide(yes("anna", ANNA), reason()))).isEqualTo(Rule.STATE_ALLOWS_IT);
    assertThat(refused(draft.conclude())).isEqualTo(Rule.STATE_ALLOWS_IT);
    assertThat(refused(draft.release())).isEqualTo(Rule.STATE_ALLOWS_IT);
    assertThat(refused(draft.revoke())).isEqualTo(Rule.STATE_ALLOWS_IT);
    assertThat(refused(draft.giveBack())).isEqualTo(Rule.STATE_ALLOWS_IT);
    Review withdrawn = moved(start().withdraw());
    assertThat(refused(withdrawn.submit(submission))).isEqualTo(Rule.STATE_ALLOWS_IT);
    Review returned = moved(start().giveBack());
    assertThat(refused(returned.decide(yes("anna", ANNA), reason())))
        .isEqualTo(Rule.STATE_ALLOWS_IT);
    assertThat(moved(returned.submit(submission)).attempt()).isEqualTo(2);
  }

  @Test
  void thePublicDossierIsNotWhatReviewersDecideOn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Submission.of(DOSSIER.forPublic(), RESEARCHER, List.of()));
  }

  private Review start() {
    return moved(Review.draft(roster).submit(submission));
  }

  private static Submission submission(Party submitter, List<Party> trainers) {
    return Submission.of(DOSSIER, submitter, trainers);
  }

  private static InternalReason reason() {
    return new InternalReason("looked at ward sizes", new byte[32]);
  }

  private static SignedDecision yes(String name, IdentityKey key) {
    return sign(name, key, Decision.Choice.APPROVE);
  }

  private static SignedDecision no(String name, IdentityKey key) {
    return sign(name, key, Decision.Choice.REFUSE);
  }

  private static SignedDecision sign(String name, IdentityKey key, Decision.Choice choice) {
    return SignedDecision.sign(
        new Decision(
            DOSSIER.candidate().model(),
            DOSSIER.digest(),
            1,
            name,
            choice,
            "figures are near guessing",
            reason().commitment(),
            NOW),
        key);
  }

  private static SignedDecision sign(Digest model, Digest dossier, int attempt) {
    return SignedDecision.sign(
        new Decision(
            model,
            dossier,
            attempt,
            "anna",
            Decision.Choice.APPROVE,
            "fine",
            reason().commitment(),
            NOW),
        ANNA);
  }

  private static Review moved(Step step) {
    return switch (step) {
      case Step.Moved moved -> moved.review();
      case Step.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  private static Rule refused(Step step) {
    return switch (step) {
      case Step.Moved moved -> throw new AssertionError("moved to " + moved.review().state());
      case Step.Refused refused -> refused.rule();
    };
  }
}

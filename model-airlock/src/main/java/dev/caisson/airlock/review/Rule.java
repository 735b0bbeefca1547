package dev.caisson.airlock.review;

/// The rules that a refusal names.
public enum Rule {
  STATE_ALLOWS_IT("the review's state allows this step"),
  REVIEWER_ON_ROSTER("only people on the reviewers' roster decide"),
  SIGNED_BY_REVIEWER("a decision carries both signatures of the reviewer's key"),
  NOT_THE_SUBMITTER("nobody reviews a model they submitted"),
  NOT_A_TRAINER("nobody reviews a model they trained"),
  ONE_VOTE_EACH("one person has one vote"),
  THIS_MODEL("a decision is for exactly these model bytes"),
  THIS_DOSSIER("a decision is for exactly this dossier"),
  THIS_ATTEMPT("a decision is for this submission, not an earlier one"),
  REASONS_GIVEN("a decision gives a public and an internal reason"),
  REASON_AS_SIGNED("the internal reason is the one that was signed"),
  BLOCKS_STAND("a blocking finding about file or rows cannot be approved"),
  TWO_APPROVALS("two reviewers approve");

  private final String text;

  Rule(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}

package dev.caisson.airlock.review;

/// What came of trying to move a review on.
public sealed interface Step {
  /// The review as it now stands.
  record Moved(Review review) implements Step {}

  /// It stands as before; the rule that forbids the step, and what about this step breaks it.
  record Refused(Rule rule, String why) implements Step {
    @Override
    public String toString() {
      return "refused (%s): %s".formatted(rule.text(), why);
    }
  }
}

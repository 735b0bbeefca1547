package dev.caisson.airlock;

import com.fasterxml.jackson.annotation.JsonValue;

/// What the evidence says about letting a model go. Advisory: people decide, except that a
/// deterministic [#BLOCKS] cannot be approved.
public enum Verdict {
  /// A signed policy's every condition is met (`policy.PolicyRuling`): every attack that it
  /// requires ran, one with reference models among them, and all were shown to be under their
  /// limits.
  SUPPORTS_RELEASE("supports-release", "supports release", "supports release"),
  /// Nothing forbids release and nothing clears it.
  NEEDS_A_PERSON("needs-a-person", "needs a person", "does not decide: it needs a person"),
  /// A finding forbids release.
  BLOCKS("blocks", "blocks release", "blocks release");

  private final String label;
  private final String words;
  private final String said;

  Verdict(String label, String words, String said) {
    this.label = label;
    this.words = words;
    this.said = said;
  }

  /// As programs read it, in every JSON of ours.
  @JsonValue
  public String label() {
    return label;
  }

  public String words() {
    return words;
  }

  /// As a sentence.
  public String sentence() {
    return "The evidence " + said;
  }
}

package dev.caisson.airlock;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What the evidence says about letting a model go. Advisory: people decide, except that a
/// deterministic [#BLOCKS] cannot be approved.
public enum Verdict {
  /// A signed policy's every condition is met (`policy.PolicyRuling`): every attack that it
  /// requires ran, one with reference models among them, and all were shown to be under their
  /// limits.
  @JsonProperty("supports-release")
  SUPPORTS_RELEASE("supports release"),
  /// Nothing forbids release and nothing clears it.
  @JsonProperty("needs-a-person")
  NEEDS_A_PERSON("needs a person"),
  /// A finding forbids release.
  @JsonProperty("blocks")
  BLOCKS("blocks release");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}

package dev.caisson.airlock;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What the evidence says about letting a model go. Advisory: people decide, except that a
/// deterministic [#BLOCKS] cannot be approved.
public enum Verdict {
  /// Every attack that the policy requires ran and stayed under its limit. Nothing reaches this
  /// yet: it needs a reference-model attack and a signed policy.
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

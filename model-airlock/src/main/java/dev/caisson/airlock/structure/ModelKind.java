package dev.caisson.airlock.structure;

/// What a model is, as far as its structure tells.
public enum ModelKind {
  NEURAL_NETWORK("neural network"),
  TREES("tree ensemble"),
  LINEAR("linear model"),
  INSTANCES("keeps persons' rows"),
  UNKNOWN("unknown");

  private final String words;

  ModelKind(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}

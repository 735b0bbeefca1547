package dev.caisson.protocol.study;

/// A value of a plan is outside its rule. Carries the key, so that a reader can point at its line.
final class BadPlanException extends IllegalArgumentException {
  private final String key;
  private final String problem;

  /// @param key where the value stands, for example `aggregation.clip-norm`
  BadPlanException(String key, String rule, Object found) {
    super("%s must be %s, got %s".formatted(key, rule, found));
    this.key = key;
    this.problem = "must be %s, got %s".formatted(rule, found);
  }

  String key() {
    return key;
  }

  /// The message without the key.
  String problem() {
    return problem;
  }
}

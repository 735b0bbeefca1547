package dev.caisson.secagg.graph;

/// Who masks with whom in a round.
public sealed interface Topology {
  /// Everybody with everybody, every share with every member: the default, and the only one for
  /// cohorts of up to a few hundred.
  record Complete() implements Topology {}

  /// Each member draws `parameters.degree()` others of U1 with its own randomness, deals to them
  /// alone, and masks with them and with those that drew it. `corrupt` is how many members the
  /// parameters are made for to side with the coordinator.
  record Regular(GraphParameters parameters, int corrupt) implements Topology {
    public Regular {
      if (corrupt < 0) {
        throw new IllegalArgumentException(
            "corrupt members must not be negative, got %d".formatted(corrupt));
      }
    }
  }
}

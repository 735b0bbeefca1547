package dev.caisson.airlock.attack;

/// The model as an attacker may ask it: outputs for rows of the attacker's making. One call may ask
/// for tens of thousands of rows.
@FunctionalInterface
public interface Oracle {
  /// The outputs for the changed rows, of the kind and width of the exhibit's [Predictions] and in
  /// their order. `origins` names the exhibit's row that each was made from, for models whose
  /// output depends on more than the inputs (a survival likelihood on time and event).
  float[] outputs(Inputs changed, int[] origins);
}

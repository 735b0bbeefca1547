package dev.caisson.airlock.attack;

import java.util.Optional;

/// What is at hand to attack with, without the data: an attack says by it whether it can run.
///
/// @param persons on the side that has fewer
/// @param inputs whether the encoded rows are there
/// @param oracle whether the model can be asked about changed rows
public record Setting(Task task, int persons, boolean inputs, boolean oracle) {
  public Setting {
    if (persons < 1) {
      throw new IllegalArgumentException("each side has somebody, got " + persons + " persons");
    }
  }

  /// Outputs and labels only, of so many persons a side.
  public static Setting ofOutputs(Task task, int persons) {
    return new Setting(task, persons, false, false);
  }

  /// Why no likelihood-based attack runs, if so.
  Optional<String> withoutSignal() {
    return task == Task.RISK
        ? Optional.of(
            "needs a person: a risk score alone does not say how likely somebody's record is")
        : Optional.empty();
  }

  Optional<String> withoutClasses(String why) {
    return switch (task) {
      case BINARY, MULTICLASS -> Optional.empty();
      case RISK -> withoutSignal();
      case REGRESSION, SURVIVAL -> Optional.of(why);
    };
  }

  Optional<String> withoutInputs() {
    return inputs ? Optional.empty() : Optional.of("needs the encoded input rows");
  }

  Optional<String> withoutOracle() {
    return oracle
        ? Optional.empty()
        : Optional.of("needs a model that can be asked about changed rows");
  }

  Optional<String> fewerThan(int least) {
    return persons < least
        ? Optional.of("needs %d persons a side, there are %d".formatted(least, persons))
        : Optional.empty();
  }
}

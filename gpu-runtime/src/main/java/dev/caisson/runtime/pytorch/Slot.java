package dev.caisson.runtime.pytorch;

/// The places of the one list of tensors `t` that every function of a program takes; constants of
/// the graph follow.
enum Slot {
  /// Rows of features, `[rows × features]`.
  X(0, "x"),
  /// Labels as [LabelTensor] makes them.
  Y(1, "y"),
  /// Row numbers in training order, int64.
  ORDER(2, "order"),
  /// The weights in one piece; trained in place.
  WEIGHTS(3, "v"),
  /// The running statistics in one piece; kept up to date in place.
  STATISTICS(4, "b"),
  /// The weights that the proximal term pulls to.
  ANCHOR(5, "anchor"),
  /// The optimiser's first moment, or momentum; as long as the weights.
  FIRST_MOMENT(6, "m1"),
  /// The optimiser's second moment; as long as the weights.
  SECOND_MOMENT(7, "m2"),
  /// Steps taken since the weights were loaded, one int64.
  STEPS(8, "counter"),
  /// A seed for each step, int64.
  SEEDS(9, "seeds"),
  /// A learning rate for each step, double.
  RATES(10, "rates"),
  /// Rows to take through the graph at once, one int64; 0 for a whole batch.
  PIECE(11, "piece"),
  /// What is added to every gradient; as long as the weights.
  OFFSET(12, "offset");

  static final int COUNT = values().length;

  private final int place;
  private final String variable;

  Slot(int place, String variable) {
    this.place = place;
    this.variable = variable;
  }

  /// The line of script that names the slot's tensor.
  String declaration() {
    return "    %s = t[%d]".formatted(variable, place);
  }
}

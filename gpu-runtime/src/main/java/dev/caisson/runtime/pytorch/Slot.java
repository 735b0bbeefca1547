package dev.caisson.runtime.pytorch;

/// The places of the one list of tensors `t` that every function of a program takes; constants of
/// the graph follow.
enum Slot {
  /// Features, `[rows × features]`.
  X(0, "x"),
  /// Labels as [Labels] makes them.
  Y(1, "y"),
  /// Row numbers in training order, int64.
  ORDER(2, "order"),
  /// The flat vector of parameters; trained in place.
  VECTOR(3, "v"),
  /// The vector that the proximal term pulls to.
  ANCHOR(4, "anchor"),
  /// The optimiser's first moment, or momentum; as long as the vector.
  FIRST_MOMENT(5, "m1"),
  /// The optimiser's second moment; as long as the vector.
  SECOND_MOMENT(6, "m2"),
  /// Steps taken since the vector was loaded, one int64.
  STEPS(7, "counter"),
  /// A seed for each step, int64.
  SEEDS(8, "seeds");

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

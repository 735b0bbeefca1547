package dev.caisson.airlock.attack;

/// What the model's outputs mean.
public enum Task {
  /// One logit; labels 0 or 1.
  BINARY,
  /// One logit per class; labels 0..k-1.
  MULTICLASS,
  /// One predicted value; labels are values of the same scale.
  REGRESSION
}

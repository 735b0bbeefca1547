package dev.caisson.airlock.attack;

/// What the model's outputs mean.
public enum Task {
  /// One output, of class 1; labels 0 or 1.
  BINARY,
  /// One output per class; labels 0..k-1.
  MULTICLASS,
  /// One predicted value; labels are values of the same scale.
  REGRESSION,
  /// The log-likelihood of what happened to a person, in discrete time (see [DiscreteTime]); a
  /// person's rows, if several, are intervals and their log-likelihoods add up. Labels: 1 if the
  /// event happened.
  SURVIVAL,
  /// A survival model's risk score alone, as of a Cox model without its baseline: nothing follows
  /// about how likely somebody's record is, so no attack scores it. Labels as in SURVIVAL.
  RISK
}

package dev.caisson.runtime.train;

/// How a gradient becomes a step, as in PyTorch's optimisers of these names.
public sealed interface Optimiser {
  /// Stochastic gradient descent.
  ///
  /// @param momentum 0 for none; no dampening, no Nesterov
  /// @param weightDecay added to the gradient times the weight
  record Sgd(double momentum, double weightDecay) implements Optimiser {
    public Sgd {
      requireShare("momentum", momentum);
      requireDecay(weightDecay);
    }
  }

  /// Kingma and Ba 2015, with bias correction.
  record Adam(double beta1, double beta2, double epsilon, double weightDecay) implements Optimiser {
    public Adam {
      requireShare("beta1", beta1);
      requireShare("beta2", beta2);
      requireEpsilon(epsilon);
      requireDecay(weightDecay);
    }
  }

  /// Loshchilov and Hutter 2019: the decay shrinks the weights and stays out of the moments.
  record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
      implements Optimiser {
    public AdamW {
      requireShare("beta1", beta1);
      requireShare("beta2", beta2);
      requireEpsilon(epsilon);
      requireDecay(weightDecay);
    }
  }

  static Optimiser sgd(double momentum) {
    return new Sgd(momentum, 0);
  }

  /// With the paper's defaults.
  static Optimiser adam() {
    return new Adam(0.9, 0.999, 1e-8, 0);
  }

  /// With Adam's defaults.
  static Optimiser adamW(double weightDecay) {
    return new AdamW(0.9, 0.999, 1e-8, weightDecay);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("%s must be 0 <= x < 1, got %s".formatted(name, value));
    }
  }

  private static void requireDecay(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("weightDecay must be 0..1, got " + value);
    }
  }

  private static void requireEpsilon(double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException("epsilon must be above 0 and at most 1, got " + value);
    }
  }
}

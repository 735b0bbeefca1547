package dev.caisson.runtime.train;

/// How the learning rate changes over the steps since the weights were loaded. A federation loads
/// weights each round, so a schedule there runs within the round.
public sealed interface Schedule {
  /// The factor on the recipe's learning rate for a step.
  ///
  /// @param step from 0
  double factor(long step);

  /// The same rate all along.
  record Constant() implements Schedule {
    @Override
    public double factor(long step) {
      return 1;
    }
  }

  /// From 1 down to `floor` along half a cosine over `steps`, then constant (Loshchilov and Hutter
  /// 2017, without restarts); step for step PyTorch's `CosineAnnealingLR`.
  record Cosine(long steps, double floor) implements Schedule {
    public Cosine {
      requireSteps(steps);
      if (!(floor >= 0 && floor <= 1)) {
        throw new IllegalArgumentException("floor must be 0..1, got " + floor);
      }
    }

    @Override
    public double factor(long step) {
      double done = (double) Math.min(step, steps) / steps;
      return floor + (1 - floor) * (1 + Math.cos(Math.PI * done)) / 2;
    }
  }

  /// Times `by` after every `steps` steps, as PyTorch's `StepLR`.
  record Decay(long steps, double by) implements Schedule {
    public Decay {
      requireSteps(steps);
      if (!(by > 0 && by <= 1)) {
        throw new IllegalArgumentException("a decay must be above 0 and at most 1, got " + by);
      }
    }

    @Override
    public double factor(long step) {
      return Math.pow(by, (double) Math.floorDiv(step, steps));
    }
  }

  /// In equal parts up to the full rate over `steps`, then as `then` says from its own beginning.
  record WarmUp(long steps, Schedule then) implements Schedule {
    public WarmUp {
      requireSteps(steps);
    }

    @Override
    public double factor(long step) {
      return step < steps ? (step + 1.0) / steps : then.factor(step - steps);
    }
  }

  static Schedule constant() {
    return new Constant();
  }

  private static void requireSteps(long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("a schedule needs 1 step or more, got " + steps);
    }
  }
}

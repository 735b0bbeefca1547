package dev.caisson.airlock.attack;

/// The likelihood of one person's follow-up under a discrete-time survival model, which gives for
/// each interval the logit of its hazard: the chance of the event among those who enter it.
public final class DiscreteTime {
  private DiscreteTime() {}

  /// The log-likelihood, at most 0, of surviving `interval` whole intervals (0 for none) and then
  /// having the event in the next, or of being lost to follow-up after them.
  public static double logLikelihood(float[] hazardLogits, int interval, boolean event) {
    if (interval < 0 || interval + (event ? 1 : 0) > hazardLogits.length) {
      throw new IllegalArgumentException(
          "interval %d of a model with %d".formatted(interval, hazardLogits.length));
    }
    double sum = 0;
    for (int i = 0; i < interval; i++) {
      sum -= softplus(hazardLogits[i]);
    }
    return event ? sum - softplus(-hazardLogits[interval]) : sum;
  }

  /// log(1 + e^x) without overflow.
  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}

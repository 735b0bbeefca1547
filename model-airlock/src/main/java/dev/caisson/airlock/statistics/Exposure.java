package dev.caisson.airlock.statistics;

/// The exposure of a planted canary (Carlini et al., *The Secret Sharer*, USENIX Security 2019):
/// log2 |R| - log2 rank, in bits, where R are canaries that could have been planted and were not,
/// and the rank counts those that the model finds no more surprising. Chance alone gives b bits or
/// more with a probability of about 2^-b. Only for canaries drawn like R.
public final class Exposure {
  private Exposure() {}

  /// `perplexities` are those of R, without the canary. Ties count against exposure; the rank is at
  /// most |R|, so the result is 0..log2 |R|.
  public static double of(double canary, double... perplexities) {
    if (perplexities.length == 0 || Double.isNaN(canary)) {
      throw new IllegalArgumentException("an exposure compares a canary with at least one other");
    }
    int rank = 1;
    for (double other : perplexities) {
      if (Double.isNaN(other)) {
        throw new IllegalArgumentException("a perplexity is NaN");
      }
      if (other <= canary) {
        rank++;
      }
    }
    int size = perplexities.length;
    return Math.log((double) size / Math.min(rank, size)) / Math.log(2);
  }
}

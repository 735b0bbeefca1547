package dev.caisson.secagg.graph;

/// What a sparse graph promises of a sum, said with the round: each honest site's input is summed
/// with those of at least `others` other honest sites, or is not opened at all, but with
/// probability 2^-40; that is `alpha` of U1. `log2OfHalfOrLess` bounds the probability that half of
/// the honest or fewer had answered to a sum that was opened. Of so many members of U1, `corrupt`
/// are assumed to side with the coordinator.
public record GraphGuarantee(int members, int corrupt, int others, double log2OfHalfOrLess) {
  public static GraphGuarantee of(OpenedSums sums) {
    return new GraphGuarantee(
        sums.sites(), sums.corrupt(), Math.max(0, sums.answersBeyond()), sums.log2OfHalfOrLess());
  }

  /// The share of U1's members that each honest input is at least summed with.
  public double alpha() {
    return (double) others / members;
  }
}

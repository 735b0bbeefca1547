package dev.caisson.airlock.policy;

import dev.caisson.airlock.statistics.Holm;
import java.util.ArrayList;
import java.util.List;

/// A claim after all claims were weighed together (Holm): whether it is shown to be under the
/// support limit, or over the block limit, and the bounds that show it. The chance that any figure
/// truly at or over its support limit is called under it is at most `alphaUnder`; the chance that
/// any figure truly at or under its block limit is called over it at most `alphaOver`. For a TPR
/// the first is said of the rule found, see [Claim].
record Judged(Claim claim, double lowest, double highest, boolean under, boolean over) {

  static List<Judged> all(List<Claim> claims, double alphaUnder, double alphaOver) {
    double[] under = claims.stream().mapToDouble(Claim::pUnder).toArray();
    double[] over = claims.stream().mapToDouble(Claim::pOver).toArray();
    double[] underAdjusted = Holm.adjusted(under);
    double[] overAdjusted = Holm.adjusted(over);
    double[] highest = Holm.bounds(alphaUnder, under, claims.stream().map(Claim::upper).toList());
    double[] lowest = Holm.bounds(alphaOver, over, claims.stream().map(Claim::lower).toList());
    List<Judged> judged = new ArrayList<>();
    for (int i = 0; i < claims.size(); i++) {
      judged.add(
          new Judged(
              claims.get(i),
              lowest[i],
              highest[i],
              underAdjusted[i] <= alphaUnder,
              overAdjusted[i] <= alphaOver));
    }
    return judged;
  }
}

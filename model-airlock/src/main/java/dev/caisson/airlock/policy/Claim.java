package dev.caisson.airlock.policy;

import dev.caisson.airlock.statistics.Accusations;
import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.ClopperPearson;
import dev.caisson.airlock.statistics.Figures;
import dev.caisson.airlock.statistics.Holm;
import dev.caisson.airlock.statistics.Interval;
import java.util.ArrayList;
import java.util.List;

/// One figure of one attack that is held against the policy's limits, as two claims: "it is under
/// the support limit" and "it is over the block limit", each with a p-value and a bound.
///
/// A TPR is that of the rule found: its threshold was fixed on one half of the non-members, and its
/// own false positive rate is near the nominal one, not at it.
record Claim(
    String attack,
    Kind kind,
    double value,
    Interval interval,
    double supportLimit,
    double blockLimit,
    double pUnder,
    double pOver,
    Holm.Bound upper,
    Holm.Bound lower) {

  enum Kind {
    AUC("auc"),
    TPR_AT_1_PERCENT("tpr-at-1-percent");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  /// `attack.NAME.auc`.
  String checkName() {
    return "attack.%s.%s".formatted(attack, kind.label);
  }

  /// The figures that count: of every attack but an advisory one, required or not.
  static List<Claim> of(Policy policy, Assessed assessed) {
    Destination to = assessed.destination();
    List<Claim> claims = new ArrayList<>();
    for (Tried.Ran ran : assessed.ran()) {
      if (ran.isAdvisory()) {
        continue;
      }
      claims.add(auc(ran, policy.value(Limit.AUC_SUPPORT, to), policy.value(Limit.AUC_BLOCK, to)));
      if (countsTpr(policy, assessed, ran)) {
        claims.add(
            tpr(
                ran,
                policy.value(Limit.TPR_AT_1_PERCENT_SUPPORT, to),
                policy.value(Limit.TPR_AT_1_PERCENT_BLOCK, to)));
      }
    }
    return claims;
  }

  /// Whether enough people stand behind the attack's TPR at FPR 1%.
  static boolean countsTpr(Policy policy, Assessed assessed, Tried.Ran ran) {
    return peopleBehind(assessed, ran)
        >= policy.value(Limit.PERSONS_FOR_TPR_AT_1_PERCENT, assessed.destination());
  }

  /// An attack that fits something judges fewer people than there are.
  static long peopleBehind(Assessed assessed, Tried.Ran ran) {
    var power = ran.figures().power();
    return Math.min(assessed.smallerSide(), Math.min(power.members(), power.nonMembers()));
  }

  static Accusations atOnePercent(Tried.Ran ran) {
    return ran.figures().operatingPoints().get(Figures.FALSE_POSITIVE_RATES.indexOf(0.01));
  }

  private static Claim auc(Tried.Ran ran, double support, double block) {
    Auc auc = ran.figures().auc();
    return new Claim(
        ran.attack(),
        Kind.AUC,
        auc.value(),
        auc.interval(),
        support,
        block,
        auc.hasSpread() ? auc.pUnder(support) : 1, // scores that all tie show nothing
        auc.pOver(block),
        auc.hasSpread() ? auc::upperBound : _ -> 1,
        auc::lowerBound);
  }

  private static Claim tpr(Tried.Ran ran, double support, double block) {
    Accusations found = atOnePercent(ran);
    long hits = found.truePositives();
    long members = found.members();
    return new Claim(
        ran.attack(),
        Kind.TPR_AT_1_PERCENT,
        found.tpr(),
        found.tprInterval(),
        support,
        block,
        ClopperPearson.pUnder(hits, members, support),
        ClopperPearson.pOver(hits, members, block),
        confidence -> ClopperPearson.upperBound(hits, members, confidence),
        confidence -> ClopperPearson.lowerBound(hits, members, confidence));
  }
}

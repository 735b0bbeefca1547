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

  private static final double RATE = 0.01;

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
  static List<Claim> of(Policy policy, Grounds grounds) {
    Destination to = grounds.destination();
    List<Claim> claims = new ArrayList<>();
    for (Tried.Ran ran : grounds.ran()) {
      if (ran.isAdvisory()) {
        continue;
      }
      claims.add(auc(ran, policy.value(Limit.AUC_SUPPORT, to), policy.value(Limit.AUC_BLOCK, to)));
      if (countsTpr(policy, grounds, ran)) {
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
  static boolean countsTpr(Policy policy, Grounds grounds, Tried.Ran ran) {
    return peopleBehind(grounds, ran)
        >= policy.value(Limit.PERSONS_FOR_TPR_AT_1_PERCENT, grounds.destination());
  }

  /// An attack that fits something judges fewer people than there are.
  static long peopleBehind(Grounds grounds, Tried.Ran ran) {
    var power = ran.figures().power();
    return Math.min(grounds.smallerSide(), Math.min(power.members(), power.nonMembers()));
  }

  static Accusations atOnePercent(Tried.Ran ran) {
    return ran.figures().operatingPoints().get(Figures.FALSE_POSITIVE_RATES.indexOf(RATE));
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

  /// The rule found accuses near 1% of non-members, not 1%. An attacker's ROC bends downwards, so a
  /// rule that accuses more than 1% finds no more than in proportion, and one that accuses fewer
  /// finds no more than at 1%. What is over the block limit both as it is and in proportion is
  /// therefore over it at 1%, whichever way the rule fell. "Under the support limit" is said of the
  /// rule found and no more: in proportion it could be shown of 5,000 persons a side and hardly of
  /// fewer.
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
        Math.max(ClopperPearson.pOver(hits, members, block), found.pRatioOver(block / RATE)),
        confidence -> ClopperPearson.upperBound(hits, members, confidence),
        confidence ->
            Math.min(
                ClopperPearson.lowerBound(hits, members, confidence),
                RATE * found.ratioLowerBound(confidence)));
  }
}

package dev.caisson.airlock.policy;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.Accusations;
import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.Holm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The table's lines for attacks, in words for a reader who is no statistician.
final class AttackChecks {
  private AttackChecks() {}

  static List<Check> of(Policy policy, Grounds grounds, List<Judged> judged) {
    List<Check> checks = new ArrayList<>();
    for (Tried.Ran ran : grounds.ran()) {
      List<Judged> own =
          judged.stream().filter(j -> j.claim().attack().equals(ran.attack())).toList();
      if (ran.isAdvisory()) {
        checks.add(advisory(ran, policy.value(Limit.ALPHA, grounds.destination())));
        continue;
      }
      own.forEach(j -> checks.add(check(j, ran)));
      if (!Claim.countsTpr(policy, grounds, ran) && !ran.attack().startsWith("attribute:")) {
        checks.add(uncounted(policy, grounds, ran));
      }
    }
    return checks;
  }

  /// What one figure says, without the attack's name.
  static String why(Judged judged) {
    Claim claim = judged.claim();
    String what = measured(claim);
    if (judged.over()) {
      return what
          + ", and at least %s allowing for chance; the policy blocks above %s"
              .formatted(in100(judged.lowest()), in100(claim.blockLimit()));
    }
    if (judged.under()) {
      return what
          + ", and at most %s allowing for chance; the policy asks for below %s"
              .formatted(in100(judged.highest()), in100(claim.supportLimit()));
    }
    if (claim.value() > claim.blockLimit()) {
      return what
          + ", over the %s above which the policy blocks; allowing for chance it may be only %s, so that is not shown"
              .formatted(in100(claim.blockLimit()), in100(judged.lowest()));
    }
    String not =
        judged.highest() >= claim.supportLimit()
            ? "; allowing for chance it may be up to %s, so it is not shown to be below %s"
                .formatted(in100(judged.highest()), in100(claim.supportLimit()))
            : "; it is not shown to be below %s".formatted(in100(claim.supportLimit()));
    return what + not + " (block above %s)".formatted(in100(claim.blockLimit()));
  }

  /// Whether any attack accuses the wrong way round: at half of `alpha`, as the other half of a
  /// two-sided test is the attack itself.
  static Check direction(Grounds grounds, double alpha) {
    List<Tried.Ran> ran = grounds.ran().stream().filter(r -> !r.isAdvisory()).toList();
    double[] p =
        Holm.adjusted(ran.stream().mapToDouble(r -> r.figures().auc().pInverted()).toArray());
    List<String> inverted = new ArrayList<>();
    double lowest = 1;
    for (int i = 0; i < p.length; i++) {
      lowest = Math.min(lowest, ran.get(i).figures().auc().value());
      if (p[i] <= alpha / 2) {
        inverted.add(ran.get(i).attack());
      }
    }
    return Check.measured(
        "evidence.direction",
        inverted.isEmpty() ? Status.PASS : Status.WARN,
        lowest,
        null,
        0.5,
        inverted.isEmpty()
            ? "no attack takes non-members for members"
            : "non-members look more like members than members do, to: %s. Inputs, classes or sides are mixed up, or the sides differ"
                .formatted(String.join(", ", inverted)));
  }

  private static Check check(Judged judged, Tried.Ran ran) {
    Claim claim = judged.claim();
    return Check.measured(
        claim.checkName(),
        judged.over() ? Status.BLOCK : judged.under() ? Status.PASS : Status.WARN,
        claim.value(),
        claim.interval(),
        judged.over() ? claim.blockLimit() : claim.supportLimit(),
        why(judged) + reached(claim, ran));
  }

  /// What the rule's own false positive rate came to, on non-members who did not choose it.
  private static String reached(Claim claim, Tried.Ran ran) {
    return switch (claim.kind()) {
      case AUC -> "";
      case TPR_AT_1_PERCENT ->
          ". On the other non-members it accused %s in 100"
              .formatted(in100(Claim.atOnePercent(ran).fpr()));
    };
  }

  private static Check advisory(Tried.Ran ran, double alpha) {
    Auc auc = ran.figures().auc();
    boolean seen = auc.p() <= alpha;
    return Check.measured(
        "gap.auc",
        seen ? Status.WARN : Status.PASS,
        auc.value(),
        auc.interval(),
        null,
        seen
            ? "the model is more often right about its members than about others; a hint, not a limit"
            : "the model is not shown to be more often right about its members");
  }

  private static Check uncounted(Policy policy, Grounds grounds, Tried.Ran ran) {
    Accusations found = Claim.atOnePercent(ran);
    return Check.measured(
        "attack.%s.tpr-at-1-percent".formatted(ran.attack()),
        Status.PASS,
        found.tpr(),
        found.tprInterval(),
        null,
        "not counted: %d persons on the smaller side of this attack, the policy counts this figure from %d"
            .formatted(
                Claim.peopleBehind(grounds, ran),
                policy.count(Limit.PERSONS_FOR_TPR_AT_1_PERCENT, grounds.destination())));
  }

  private static String measured(Claim claim) {
    return switch (claim.kind()) {
      case AUC ->
          "shown one member and one non-member, it picks the member %s times in 100"
              .formatted(in100(claim.value()));
      case TPR_AT_1_PERCENT ->
          "accusing about one non-member in 100, it finds %s members in 100"
              .formatted(in100(claim.value()));
    };
  }

  static String in100(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}

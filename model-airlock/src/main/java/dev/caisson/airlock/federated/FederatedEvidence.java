package dev.caisson.airlock.federated;

import dev.caisson.airlock.attack.Attack;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.rows.RowScanCount;
import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.ClopperPearson;
import dev.caisson.airlock.statistics.Difference;
import dev.caisson.airlock.statistics.Roc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What follows from the sites' exact sums.
///
/// AUCs are stratified by site: `sum U_s / sum m_s n_s`, variance `sum Var(U_s) / (sum m_s n_s)^2`,
/// because sites are independent; the interval uses DeLong's variances, the test the tie-corrected
/// null ones. The ROC and the operating points come from the *pooled* histogram, so they also carry
/// differences between sites, and their thresholds are bin edges.
///
/// Row-scan counts in here come from sites that follow the protocol: a site can hide its own hits.
public record FederatedEvidence(
    FederatedAuditPlan plan,
    int sites,
    long members,
    long heldOut,
    long pairs,
    List<AttackResult> attacks,
    List<Long> memberScores,
    List<Long> heldOutScores,
    Roc roc,
    List<OperatingPoint> operatingPoints,
    Optional<Accuracy> accuracy,
    double memberLoss,
    double heldOutLoss,
    Difference lossGap,
    double zeroFalsePositiveBound,
    RowScanCount rows) {

  /// Correct predictions on either side, and training minus held-out accuracy.
  public record Accuracy(long memberCorrect, long heldOutCorrect, Difference gap) {}

  /// The false positive rates at which every dossier reads the ROC.
  public static final List<Double> FALSE_POSITIVE_RATES = List.of(0.1, 0.01, 0.001);

  public FederatedEvidence {
    attacks = List.copyOf(attacks);
    memberScores = List.copyOf(memberScores);
    heldOutScores = List.copyOf(heldOutScores);
    operatingPoints = List.copyOf(operatingPoints);
  }

  /// From the entry-wise sum of [SiteEvidence#values] over `sites` sites. Sums that no honest sites
  /// could have produced are refused.
  public static FederatedEvidence from(FederatedAuditPlan plan, long[] summed, int sites)
      throws InconsistentSumsException {
    Sums sums = new Sums(plan, summed, sites);
    long members = sums.one("members");
    long heldOut = sums.one("held-out");
    Roc roc = Roc.ofBins(sums.all("members.scores"), sums.all("held-out.scores"));
    List<AttackResult> attacks = new ArrayList<>();
    for (Attack attack : plan.attacks()) {
      attacks.add(
          new AttackResult(
              attack.name(),
              attack.plainly(),
              auc(plan, sums, attack, Math.min(members, heldOut))));
    }
    double unit = FederatedAuditPlan.LOSS_UNIT;
    return new FederatedEvidence(
        plan,
        sites,
        members,
        heldOut,
        sums.one("pairs"),
        attacks,
        sums.all("members.scores"),
        sums.all("held-out.scores"),
        roc,
        FALSE_POSITIVE_RATES.stream().map(rate -> OperatingPoint.of(roc, rate)).toList(),
        accuracy(plan, sums),
        sums.one("members.loss") * unit / members,
        sums.one("held-out.loss") * unit / heldOut,
        Difference.ofMeans(
            sums.one("held-out.loss") * unit,
            sums.one("held-out.loss-squared") * unit,
            heldOut,
            sums.one("members.loss") * unit,
            sums.one("members.loss-squared") * unit,
            members),
        ClopperPearson.upperBound(0, heldOut, 0.95),
        new RowScanCount(
            sums.one("rows.scanned"),
            sums.one("rows.too-plain"),
            sums.one("rows.hits"),
            sums.one("rows.label-hits")));
  }

  /// The attack that every plan has: LOSS.
  public AttackResult loss() {
    return attacks.getFirst();
  }

  /// The smallest AUC that this many people would have shown (80% power, one-sided 5%).
  public double smallestDetectableAuc() {
    return loss().auc().smallestDetectable();
  }

  private static Auc auc(FederatedAuditPlan plan, Sums sums, Attack attack, long smallerSide) {
    double unit = plan.varianceUnit();
    return Auc.ofSums(
        sums.one(attack.name() + ".twice-u"),
        sums.one("pairs"),
        sums.one(attack.name() + ".null-variance") * unit,
        sums.one(attack.name() + ".variance") * unit,
        smallerSide);
  }

  private static Optional<Accuracy> accuracy(FederatedAuditPlan plan, Sums sums) {
    if (plan.task() == Task.REGRESSION) {
      return Optional.empty();
    }
    long right = sums.one("members.correct");
    long rightHeldOut = sums.one("held-out.correct");
    return Optional.of(
        new Accuracy(
            right,
            rightHeldOut,
            Difference.ofRates(right, sums.one("members"), rightHeldOut, sums.one("held-out"))));
  }
}

package dev.caisson.airlock.policy;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.Figures;
import dev.caisson.airlock.statistics.HeldOut;
import dev.caisson.airlock.statistics.LogRatio;
import dev.caisson.airlock.statistics.Power;
import dev.caisson.airlock.statistics.RankSum;
import dev.caisson.airlock.statistics.Trial;
import dev.caisson.trust.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// Assessments for the tests of rulings: figures from real scores, everything else in order.
final class Cases {
  static final Standing SIGNED =
      new Standing.Signed(Digest.ofText("signer"), Instant.parse("2026-11-26T12:00:00Z"));
  static final int PERSONS = 2_000;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Cases() {}

  /// Normal scores, the members' moved so that the true AUC is this one.
  static Trial trial(double auc, int persons, SplittableRandom random) {
    double shift = Math.sqrt(2) * NORMAL.inverseCumulativeProbability(auc);
    double[] members = new double[persons];
    double[] others = new double[persons];
    for (int i = 0; i < persons; i++) {
      members[i] = shift + random.nextGaussian();
      others[i] = random.nextGaussian();
    }
    return Trial.of(members, others);
  }

  /// The AUC of normal scores whose TPR at FPR 1% is this.
  static double aucOfTpr(double tpr) {
    double shift = NORMAL.inverseSurvivalProbability(0.01) - NORMAL.inverseSurvivalProbability(tpr);
    return NORMAL.cumulativeProbability(shift / Math.sqrt(2));
  }

  /// All figures that a verdict hangs on: a normal p-value stands for the permutation test's, and
  /// some threshold's log-ratio for the largest, as finding those takes a hundred times as long.
  static Figures figures(Trial trial, long seed) {
    HeldOut heldOut = HeldOut.of(trial, seed);
    return new Figures(
        Auc.of(RankSum.of(trial.memberScores(), trial.nonMemberScores())),
        Figures.FALSE_POSITIVE_RATES.stream().map(heldOut::atFpr).toList(),
        heldOut.atLargestAdvantage().advantage(),
        new LogRatio(heldOut.atFpr(0.1), false, 0),
        new Power(trial.memberScores().length, trial.nonMemberScores().length),
        1);
  }

  /// The same with another AUC of the same spread.
  static Figures withAuc(Figures figures, double value) {
    Auc auc = figures.auc();
    return new Figures(
        new Auc(value, auc.interval(), auc.p(), auc.nullSd(), auc.sd(), auc.smallerSide()),
        figures.operatingPoints(),
        figures.advantage(),
        figures.logRatio(),
        figures.power(),
        figures.trials());
  }

  static Tried ran(String attack, int references, double auc, long seed) {
    return new Tried.Ran(
        attack, references, figures(trial(auc, PERSONS, new SplittableRandom(seed)), seed));
  }

  /// What the default requires, and a reference attack; all at this true AUC.
  static List<Tried> attacks(double auc) {
    List<Tried> attacks = new ArrayList<>();
    for (String attack : RequiredAttack.KNOWN) {
      attacks.add(ran(attack, 0, auc, attack.length()));
    }
    attacks.add(ran("ratio", 16, auc, 77));
    return attacks;
  }

  static Check check(String name, Finding.Status status, String why) {
    return new Check(name, status, null, null, null, why);
  }

  static List<Check> clean() {
    return List.of(
        check("file.size", Finding.Status.PASS, "as declared"),
        check("rows.stored", Finding.Status.PASS, "no member's row was found"),
        check("evidence.wiring", Finding.Status.PASS, "the claimed AUC was reproduced"),
        check("evidence.fidelity", Finding.Status.PASS, "the references are like the model"));
  }

  static Grounds assessed(List<Check> checks, List<Tried> attacks) {
    return new Grounds(Task.BINARY, Destination.NAMED, PERSONS, PERSONS, 1, checks, attacks);
  }

  static List<Check> with(Check... more) {
    return Stream.concat(clean().stream(), Stream.of(more)).toList();
  }
}

package dev.caisson.airlock.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What holds for every ruling, on random assessments.
class RulingPropertiesTest {
  private static final Policy POLICY = Policy.standard();
  private static final List<Destination> DESTINATIONS = List.of(Destination.values());
  private static final List<Figures> POOL = pool();

  @Test
  void withoutASignatureNothingIsEverSupported() {
    SplittableRandom random = new SplittableRandom(1);
    int supported = 0;
    for (int run = 0; run < 3_000; run++) {
      Grounds grounds = random(random, random.nextInt(4) == 0);
      supported += verdict(Cases.SIGNED, grounds) == Verdict.SUPPORTS_RELEASE ? 1 : 0;
      assertThat(verdict(new Standing.Missing(), grounds)).isNotEqualTo(Verdict.SUPPORTS_RELEASE);
      assertThat(verdict(new Standing.Unsigned("x"), grounds))
          .isNotEqualTo(Verdict.SUPPORTS_RELEASE);
    }
    assertThat(supported).as("signed, some would be, or this shows nothing").isGreaterThan(100);
  }

  @Test
  void aBlockingFindingAlwaysBlocks() {
    SplittableRandom random = new SplittableRandom(2);
    for (int run = 0; run < 1_000; run++) {
      Grounds grounds = random(random, true);
      List<Check> checks = new ArrayList<>(grounds.checks());
      checks.add(random.nextInt(checks.size() + 1), Cases.check("rows.x", Status.BLOCK, "a row"));
      PolicyRuling ruling = PolicyRuling.of(POLICY, Cases.SIGNED, withChecks(grounds, checks));
      assertThat(ruling.verdict()).isEqualTo(Verdict.BLOCKS);
      assertThat(ruling.why().getFirst()).contains("nobody can waive it");
    }
  }

  /// From .5 upwards: an AUC far below it is a finding too, which a higher one is not.
  @Test
  void aHigherAucIsNeverRuledMilder() {
    SplittableRandom random = new SplittableRandom(3);
    int worse = 0;
    for (int run = 0; run < 3_000; run++) {
      Grounds before = random(random, random.nextInt(4) == 0);
      List<Tried> attacks = new ArrayList<>(before.attacks());
      int which = random.nextInt(attacks.size());
      if (!(attacks.get(which) instanceof Tried.Ran ran)) {
        continue;
      }
      double value = ran.figures().auc().value();
      double higher = value + (1 - value) * random.nextDouble() * random.nextDouble();
      attacks.set(
          which,
          new Tried.Ran(ran.attack(), ran.references(), Cases.withAuc(ran.figures(), higher)));
      Verdict was = verdict(Cases.SIGNED, before);
      Verdict is = verdict(Cases.SIGNED, withAttacks(before, attacks));
      assertThat(is).isGreaterThanOrEqualTo(was); // declared from mild to severe
      worse += is == was ? 0 : 1;
    }
    assertThat(worse).isGreaterThan(100);
  }

  /// Whoever submits the same weights under another digest gains nothing by it.
  @Test
  void aLaterAttemptIsNeverRuledMilder() {
    SplittableRandom random = new SplittableRandom(7);
    int blocked = 0;
    for (int run = 0; run < 2_000; run++) {
      Grounds first = atAttempt(random(random, random.nextInt(4) == 0), 1);
      PolicyRuling was = PolicyRuling.of(POLICY, Cases.SIGNED, first);
      int attempt = 2 + random.nextInt(9);
      PolicyRuling is = PolicyRuling.of(POLICY, Cases.SIGNED, atAttempt(first, attempt));
      assertThat(is.verdict()).as("attempt %d", attempt).isGreaterThanOrEqualTo(was.verdict());
      assertThat(blocking(is)).containsAll(blocking(was));
      blocked += blocking(was).isEmpty() ? 0 : 1;
    }
    assertThat(blocked).as("or this shows nothing").isGreaterThan(100);
  }

  private static List<String> blocking(PolicyRuling ruling) {
    return ruling.checks().stream()
        .filter(check -> check.status() == Status.BLOCK)
        .map(Check::name)
        .toList();
  }

  private static Grounds atAttempt(Grounds grounds, int attempt) {
    return new Grounds(
        grounds.task(),
        grounds.destination(),
        grounds.members(),
        grounds.nonMembers(),
        attempt,
        grounds.checks(),
        grounds.attacks());
  }

  /// Five attacks whose true AUC is exactly the block limit, 300 persons a side, first attempt, so
  /// alpha / 2 = .025 for all together. Of 2,000 runs 50 false blocks are expected at most; more
  /// than 78 (4 standard deviations) has probability 1e-4 if the bounds are exact. They are normal,
  /// at 300 a side within a tenth of their level, which the attacks' mutual independence, the worst
  /// case for Holm, leaves no slack for; hence 6 more.
  @Test
  void attacksAtTheBlockLimitBlockNoMoreOftenThanAlpha() {
    SplittableRandom random = new SplittableRandom(4);
    int blocked = 0;
    for (int run = 0; run < 2_000; run++) {
      List<Tried> attacks = new ArrayList<>();
      for (String name : List.of("loss", "quantile", "worst-case", "label-only", "ratio")) {
        attacks.add(new Tried.Ran(name, 0, Cases.figures(Cases.trial(0.65, 300, random), run)));
      }
      Grounds grounds =
          new Grounds(Task.BINARY, Destination.NAMED, 300, 300, 1, Cases.clean(), attacks);
      blocked += verdict(Cases.SIGNED, grounds) == Verdict.BLOCKS ? 1 : 0;
    }
    assertThat(blocked).isBetween(20, 84);
  }

  /// The true TPR at FPR 1% is exactly the block limit, 5%; the rule found accuses more or fewer
  /// than 1%. 1,000 runs at alpha / 2: 25 false blocks are allowed, 45 (4 standard deviations)
  /// would have probability 1e-4. Far fewer are seen, as two tests must agree.
  @Test
  void aTprAtTheBlockLimitBlocksNoMoreOftenThanAlphaWhateverTheRuleFound() {
    SplittableRandom random = new SplittableRandom(6);
    int blocked = 0;
    int larger = 0;
    for (int run = 0; run < 1_000; run++) {
      blocked += verdict(Cases.SIGNED, onlyTpr(0.05, random, run)) == Verdict.BLOCKS ? 1 : 0;
      larger += verdict(Cases.SIGNED, onlyTpr(0.20, random, run)) == Verdict.BLOCKS ? 1 : 0;
    }
    assertThat(blocked).isLessThan(45);
    assertThat(larger).as("of 1,000 at four times the limit").isGreaterThan(900);
  }

  /// One attack on 1,000 persons a side with this true TPR at FPR 1%, its AUC set to .5.
  private static Grounds onlyTpr(double tpr, SplittableRandom random, int seed) {
    Figures figures = Cases.figures(Cases.trial(Cases.aucOfTpr(tpr), 1_000, random), seed);
    return new Grounds(
        Task.BINARY,
        Destination.NAMED,
        1_000,
        1_000,
        1,
        Cases.clean(),
        List.of(new Tried.Ran("loss", 0, Cases.withAuc(figures, 0.5))));
  }

  /// The mirror: attacks at the support limit are not cleared. One attack is enough, as all must
  /// clear; the others stand at .5.
  @Test
  void anAttackAtTheSupportLimitIsClearedNoMoreOftenThanAlpha() {
    SplittableRandom random = new SplittableRandom(5);
    int cleared = 0;
    for (int run = 0; run < 2_000; run++) {
      Figures at = Cases.figures(Cases.trial(0.60, 900, random), run);
      List<Tried> attacks = new ArrayList<>(List.of(new Tried.Ran("loss", 0, at)));
      for (String name : List.of("quantile", "worst-case", "label-only")) {
        attacks.add(new Tried.Ran(name, 0, POOL.getFirst()));
      }
      attacks.add(new Tried.Ran("ratio", 16, POOL.getFirst()));
      Grounds grounds =
          new Grounds(Task.BINARY, Destination.NAMED, 900, 900, 1, Cases.clean(), attacks);
      cleared += verdict(Cases.SIGNED, grounds) == Verdict.SUPPORTS_RELEASE ? 1 : 0;
    }
    assertThat(cleared).isBetween(20, 84); // as above; all others clear, so Holm leaves alpha / 2
  }

  private static Verdict verdict(Standing standing, Grounds grounds) {
    return PolicyRuling.of(POLICY, standing, grounds).verdict();
  }

  private static List<Figures> pool() {
    SplittableRandom random = new SplittableRandom(9);
    List<Figures> pool = new ArrayList<>();
    for (double auc : new double[] {0.5, 0.5, 0.5, 0.52, 0.55, 0.58, 0.62, 0.66, 0.7}) {
      Figures figures = Cases.figures(Cases.trial(auc, Cases.PERSONS, random), 1);
      pool.add(Cases.withAuc(figures, Math.max(0.5, figures.auc().value())));
    }
    return pool;
  }

  private static Grounds random(SplittableRandom random, boolean messy) {
    List<Tried> attacks = new ArrayList<>();
    List<String> names = new ArrayList<>(RequiredAttack.KNOWN);
    names.add("ratio");
    for (String name : names) {
      int from = messy ? POOL.size() : 5;
      if (messy && random.nextInt(5) == 0) {
        attacks.add(new Tried.Refused(name, "cannot"));
      } else {
        attacks.add(
            new Tried.Ran(name, name.equals("ratio") ? 16 : 0, POOL.get(random.nextInt(from))));
      }
    }
    List<Check> checks = new ArrayList<>(Cases.clean());
    if (messy) {
      checks.removeIf(check -> random.nextInt(4) == 0);
      checks.add(
          Cases.check("file.x", random.nextBoolean() ? Status.WARN : Status.PASS, "something"));
    }
    return new Grounds(
        Task.BINARY,
        messy ? DESTINATIONS.get(random.nextInt(4)) : Destination.NAMED,
        messy ? random.nextInt(3_000) : Cases.PERSONS,
        Cases.PERSONS,
        1 + (messy ? random.nextInt(6) : random.nextInt(3)),
        checks,
        attacks);
  }

  private static Grounds withChecks(Grounds a, List<Check> checks) {
    return new Grounds(
        a.task(), a.destination(), a.members(), a.nonMembers(), a.attempt(), checks, a.attacks());
  }

  private static Grounds withAttacks(Grounds a, List<Tried> attacks) {
    return new Grounds(
        a.task(), a.destination(), a.members(), a.nonMembers(), a.attempt(), a.checks(), attacks);
  }
}

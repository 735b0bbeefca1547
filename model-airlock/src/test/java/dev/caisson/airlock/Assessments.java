package dev.caisson.airlock;

import dev.caisson.airlock.attack.GapAttack;
import dev.caisson.airlock.attack.LossAttack;
import dev.caisson.airlock.attack.QuantileAttack;
import dev.caisson.airlock.dossier.Assessment;
import dev.caisson.airlock.dossier.AttackOutcome;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.dossier.LocalDossier;
import dev.caisson.airlock.dossier.NotRun;
import dev.caisson.airlock.dossier.Scores;
import dev.caisson.airlock.scan.FileScan;
import dev.caisson.airlock.statistics.Figures;
import dev.caisson.airlock.statistics.Interval;
import dev.caisson.airlock.statistics.Trial;
import dev.caisson.trust.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Assessments of invented people with their rows at hand, as their dossiers.
public final class Assessments {
  private static final long SEED = 20_260_301;

  /// Names from a table that somebody made to break pages.
  public static final String HOSTILE = "<script>alert('\u202eage')</script>&\"\u0000";

  private Assessments() {}

  /// Members' phi is `lead` higher on average than that of as many others; needs a person.
  public static Dossier dossier(int members, int nonMembers, double lead) {
    double[] in = scores(members, 0.9 + lead, 31);
    double[] out = scores(nonMembers, 0.9, 32);
    List<Check> checks = new ArrayList<>(checks());
    checks.add(
        Check.measured(
            "attack.loss.auc",
            Finding.Status.WARN,
            0.61,
            new Interval(0.57, 0.65, 0.95),
            0.6,
            "the upper bound .65 exceeds the support limit .60"));
    List<AttackOutcome> attacks = new ArrayList<>();
    LossAttack loss = new LossAttack();
    attacks.add(ran(loss.name(), loss.plainly(), in, out));
    GapAttack gap = new GapAttack();
    attacks.add(ran(gap.name(), gap.plainly(), signs(in), signs(out)));
    QuantileAttack quantile = new QuantileAttack();
    attacks.add(
        ran(
            quantile.name(),
            quantile.plainly(),
            scores(members, 0.3 + lead / 2, 33),
            scores(nonMembers, 0.3, 34)));
    attacks.add(
        ran(
            "attribute:" + HOSTILE,
            "guesses %s from the rest of the record".formatted(HOSTILE),
            scores(members, 0.1, 35),
            scores(nonMembers, 0.1, 36)));
    attacks.add(
        new AttackOutcome.Refused(
            "label-only",
            "calls a person a member if the predicted class stays right when the record is disturbed",
            "needs a model that can be asked about changed rows"));
    return new LocalDossier(
            Audits.fileScan(),
            new LocalDossier.People(
                members, nonMembers, new Dossier.Correct(above(in), above(out)), 10),
            Verdict.NEEDS_A_PERSON,
            List.of(
                "no reference-model attack was run, which the policy requires",
                "attack.loss.auc: the upper bound .65 exceeds the support limit .60 on 'age_at_visit'"),
            checks,
            attacks,
            Scores.of("phi", in, out))
        .write("readmission-risk", assessment(), NotRun.ofLocalAssessment(), Audits.THEN);
  }

  /// A file of which nothing but the bytes could be looked at.
  public static Dossier withoutAttacks() {
    FileScan scan =
        new FileScan(
            Digest.of(Audits.MODEL),
            Audits.MODEL.length,
            List.of(Finding.pass("archive.readable", "12 entries, 6,800 bytes unpacked")));
    return new LocalDossier(
            scan,
            new LocalDossier.People(420, 400, null, 10),
            Verdict.NEEDS_A_PERSON,
            List.of("a TorchScript file is only scanned, and no scores were given"),
            checks(),
            List.of(
                new AttackOutcome.Refused(
                    "loss", new LossAttack().plainly(), "no outputs of the model are at hand")),
            null)
        .write("scanned-only", assessment(), NotRun.ofLocalAssessment(), Audits.THEN);
  }

  /// A file that smuggles rows; nothing was attacked.
  public static Dossier blocked() {
    return new LocalDossier(
            Audits.fileScan(),
            new LocalDossier.People(420, 400, null, 10),
            Verdict.BLOCKS,
            List.of("rows.stored: rows of 3 members are stored in 'table_of_patients'"),
            List.of(
                new Check(
                    "rows.stored",
                    Finding.Status.BLOCK,
                    3.0,
                    null,
                    0.0,
                    "rows of 3 members are stored in 'table_of_patients'")),
            List.of(),
            null)
        .write("smuggler", assessment(), NotRun.ofLocalAssessment(), Audits.THEN);
  }

  /// As if a policy had been met.
  public static Dossier supported() {
    double[] in = scores(3000, 0.9, 41);
    double[] out = scores(3000, 0.9, 42);
    LossAttack loss = new LossAttack();
    return new LocalDossier(
            Audits.fileScan(),
            new LocalDossier.People(3000, 3000, new Dossier.Correct(above(in), above(out)), 10),
            Verdict.SUPPORTS_RELEASE,
            List.of("every required attack stayed under its support limit"),
            List.of(),
            List.of(ran(loss.name(), loss.plainly(), in, out)),
            Scores.of("phi", in, out))
        .write("quiet-model", assessment(), List.of(), Audits.THEN);
  }

  public static Assessment assessment() {
    Digest model = Digest.of(Audits.MODEL);
    return new Assessment(
        new Assessment.Submitted(Digest.ofText("as submitted"), "ONNX", 6_912),
        model,
        Assessment.Unit.PERSON,
        new Assessment.Data("ab".repeat(32), "cd".repeat(32), null, "ef".repeat(32), 1_210, 533),
        new Assessment.PolicyApplied(
            "tre-default",
            "3",
            Digest.ofText("policy"),
            "signed by the environment",
            "policy-desk"),
        "binary",
        "readmitted_" + HOSTILE,
        List.of("no", "yes"),
        "9f".repeat(32),
        new Assessment.Attempts(
            2,
            List.of(
                new Assessment.Earlier(
                    Audits.THEN.minus(Duration.ofDays(3)),
                    Digest.ofText("an earlier model"),
                    Verdict.BLOCKS))),
        "named",
        "auc=.81",
        "caisson 0.1.0",
        2,
        new TreeMap<>(Map.of("scan", 0.12, "score", 0.8, "attacks", 2.25)));
  }

  private static List<Check> checks() {
    return List.of(
        Check.of(
            Finding.warn("text.metadata", "17 characters of free text: read them", "<script>&\"'")),
        Check.measured(
            "rows.stored",
            Finding.Status.PASS,
            0,
            null,
            0.0,
            "no member's row was found in the weights (420 looked for)"),
        new Check(
            "tables.entries",
            Finding.Status.WARN,
            3.0,
            null,
            10.0,
            "'postcode' holds 3 entries of fewer than 10 persons: " + HOSTILE),
        new Check("structure.kind", Finding.Status.PASS, null, null, null, "a neural network"),
        Check.measured(
            "weights.payload",
            Finding.Status.PASS,
            2.3e-7,
            null,
            1e-9,
            "the low bytes of 'fc1.weight' look like chance"),
        Check.measured(
            "evidence.claim",
            Finding.Status.PASS,
            0.807,
            new Interval(0.781, 0.833, 0.95),
            0.81,
            "the claimed auc .81 was reproduced"),
        Check.measured(
            "evidence.shift",
            Finding.Status.WARN,
            0.58,
            null,
            0.55,
            "members and non-members can be told apart by 'age_at_visit'"),
        new Check("policy.standing", Finding.Status.PASS, null, null, null, "signed and known"));
  }

  private static AttackOutcome ran(String name, String plainly, double[] in, double[] out) {
    return new AttackOutcome.Ran(name, plainly, Figures.of(List.of(Trial.of(in, out)), SEED), 0.4);
  }

  private static double[] scores(int count, double level, long seed) {
    Random random = new Random(seed);
    double[] scores = new double[count];
    for (int i = 0; i < count; i++) {
      scores[i] = level + 1.3 * random.nextGaussian();
    }
    return scores;
  }

  private static double[] signs(double[] scores) {
    return Arrays.stream(scores).map(s -> s > 0 ? 1 : 0).toArray();
  }

  private static long above(double[] scores) {
    return Arrays.stream(scores).filter(s -> s > 0).count();
  }
}

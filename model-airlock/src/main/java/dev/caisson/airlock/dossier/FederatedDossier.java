package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.LossAttack;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.federated.AttackResult;
import dev.caisson.airlock.federated.FederatedEvidence;
import dev.caisson.airlock.rows.RowScanCount;
import dev.caisson.airlock.scan.FileScan;
import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.ClopperPearson;
import dev.caisson.airlock.statistics.Interval;
import dev.caisson.airlock.statistics.Roc;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes the full dossier of a model audited at its sites.
public final class FederatedDossier {
  /// Fewer persons than this on a side carry no release: the design's default floor.
  private static final double FLOOR = 300;

  /// Unseen leaks up to this AUC are called small; the block limit of SACRO-ML is .65.
  private static final double DETECTABLE = 0.60;

  private final FileScan scan;
  private final FederatedEvidence evidence;
  private final double seconds;

  /// `seconds` is what the sites' attacks took, as the caller measured it.
  public FederatedDossier(FileScan scan, FederatedEvidence evidence, double seconds) {
    this.scan = scan;
    this.evidence = evidence;
    this.seconds = seconds;
  }

  public Dossier write(
      String candidateName, Training training, List<NotRun> notRun, Instant created) {
    List<Check> checks = checks();
    Ruling ruling = Ruling.of(checks);
    List<AttackFigures> attacks = evidence.attacks().stream().map(this::figures).toList();
    return new Dossier(
        Dossier.SCHEMA,
        Dossier.Audience.FULL,
        new Candidate(candidateName, scan.file(), scan.bytes()),
        ruling.verdict(),
        ruling.why(),
        Plainly.say(attacks, evidence.sites(), evidence.members(), evidence.heldOut()),
        evidence.sites(),
        evidence.members(),
        evidence.heldOut(),
        evidence.plan().smallestCell(),
        evidence
            .accuracy()
            .map(a -> new Dossier.Correct(a.memberCorrect(), a.heldOutCorrect()))
            .orElse(null),
        checks,
        attacks,
        new Scores(
            evidence.plan().task() == Task.REGRESSION ? "minus half the squared error" : "phi",
            evidence.plan().edges().edges(),
            evidence.memberScores(),
            evidence.heldOutScores()),
        notRun,
        BlindSpot.all(),
        Provenance.of(training),
        created);
  }

  private List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    scan.findings().forEach(finding -> checks.add(Check.of(finding)));
    checks.add(rows());
    checks.add(labels());
    checks.add(people());
    checks.add(power());
    checks.add(direction());
    checks.add(betterThanGuessing());
    evidence.accuracy().ifPresent(accuracy -> checks.add(accuracyGap(accuracy)));
    checks.add(lossGap());
    checks.add(falsePositives());
    return checks;
  }

  private Check rows() {
    RowScanCount rows = evidence.rows();
    Finding.Status status =
        rows.rowHits() > 0
            ? Finding.Status.BLOCK
            : rows.scanned() == 0 ? Finding.Status.WARN : Finding.Status.PASS;
    String why =
        rows.rowHits() > 0
            ? Markup.format("the weights keep rows of %,d members", rows.rowHits())
            : Markup.format(
                "no member's row was found in the weights (%,d looked for, %,d too plain to look for)",
                rows.scanned(), rows.tooPlain());
    return new Check("rows.stored", status, (double) rows.rowHits(), null, 0.0, why);
  }

  private Check labels() {
    long hits = evidence.rows().labelHits();
    return new Check(
        "rows.labels",
        hits > 0 ? Finding.Status.BLOCK : Finding.Status.PASS,
        (double) hits,
        null,
        0.0,
        hits > 0
            ? Markup.format("the weights keep labels of %,d members", hits)
            : "no run or set of members' labels was found in the weights");
  }

  private Check people() {
    long fewer = Math.min(evidence.members(), evidence.heldOut());
    return new Check(
        "evidence.people",
        fewer < FLOOR ? Finding.Status.WARN : Finding.Status.PASS,
        (double) fewer,
        null,
        FLOOR,
        Markup.format(
            "%,d members and %,d held-out persons at %d sites",
            evidence.members(), evidence.heldOut(), evidence.sites()));
  }

  private Check power() {
    double smallest = evidence.smallestDetectableAuc();
    return new Check(
        "evidence.power",
        smallest > DETECTABLE ? Finding.Status.WARN : Finding.Status.PASS,
        smallest,
        null,
        DETECTABLE,
        Markup.format(
            "the smallest LOSS AUC that this many persons show (80%% power, 5%% one-sided) is %.3f",
            smallest));
  }

  private Check direction() {
    Auc auc = evidence.loss().auc();
    boolean below = auc.interval().upper() < 0.5;
    return new Check(
        "evidence.direction",
        below ? Finding.Status.WARN : Finding.Status.PASS,
        auc.value(),
        Check.ends(auc.interval()),
        0.5,
        below
            ? "members fit worse than strangers: suspect wrong inputs, labels or sides before anything"
            : "the LOSS AUC is not significantly under one half");
  }

  private Check betterThanGuessing() {
    Auc auc = evidence.loss().auc();
    boolean better = auc.p() <= 0.05;
    return new Check(
        "attack.loss",
        better ? Finding.Status.WARN : Finding.Status.PASS,
        auc.value(),
        Check.ends(auc.interval()),
        null,
        Markup.format(
            "p %s against guessing: the LOSS attack %s",
            auc.p() < 0.0001 ? "< 0.0001" : Markup.format("= %.4f", auc.p()),
            better ? "does better than guessing" : "is not shown to beat guessing"));
  }

  private Check accuracyGap(FederatedEvidence.Accuracy accuracy) {
    boolean gap = accuracy.gap().interval().lower() > 0;
    return new Check(
        "gap.accuracy",
        gap ? Finding.Status.WARN : Finding.Status.PASS,
        accuracy.gap().value(),
        Check.ends(accuracy.gap().interval()),
        null,
        Markup.format(
            "accuracy %.1f%% on members, %.1f%% on held-out persons (advisory)",
            100.0 * accuracy.memberCorrect() / evidence.members(),
            100.0 * accuracy.heldOutCorrect() / evidence.heldOut()));
  }

  private Check lossGap() {
    boolean gap = evidence.lossGap().interval().lower() > 0;
    return new Check(
        "gap.loss",
        gap ? Finding.Status.WARN : Finding.Status.PASS,
        evidence.lossGap().value(),
        Check.ends(evidence.lossGap().interval()),
        null,
        Markup.format(
            "mean loss %.4f on members, %.4f on held-out persons (advisory)",
            evidence.memberLoss(), evidence.heldOutLoss()));
  }

  private Check falsePositives() {
    return new Check(
        "evidence.false-positives",
        Finding.Status.PASS,
        evidence.zeroFalsePositiveBound(),
        null,
        null,
        Markup.format(
                "even an attack that accuses none of the %,d held-out persons could wrongly accuse up to %.2f%% of",
                evidence.heldOut(), 100 * evidence.zeroFalsePositiveBound())
            + " others (one-sided 95%)");
  }

  private AttackFigures figures(AttackResult attack) {
    Roc roc = attack.name().equals(LossAttack.NAME) ? evidence.roc() : gapRoc();
    SortedMap<String, @Nullable Double> rates = new TreeMap<>();
    SortedMap<String, @Nullable List<Double>> intervals = new TreeMap<>();
    for (double rate : FederatedEvidence.FALSE_POSITIVE_RATES) {
      long found = roc.at(rate).truePositives();
      Interval interval = ClopperPearson.interval(found, roc.members(), 0.95);
      rates.put(Double.toString(rate), (double) found / roc.members());
      intervals.put(Double.toString(rate), Check.ends(interval));
    }
    return new AttackFigures(
        attack.name(),
        attack.plainly(),
        attack.auc().value(),
        Check.ends(attack.auc().interval()),
        attack.auc().p(),
        rates,
        intervals,
        roc.advantage(),
        null,
        null,
        attack.auc().smallestDetectable(),
        evidence.members(),
        evidence.heldOut(),
        seconds);
  }

  private Roc gapRoc() {
    FederatedEvidence.Accuracy accuracy = evidence.accuracy().orElseThrow();
    return Roc.ofBins(
        List.of(evidence.members() - accuracy.memberCorrect(), accuracy.memberCorrect()),
        List.of(evidence.heldOut() - accuracy.heldOutCorrect(), accuracy.heldOutCorrect()));
  }
}

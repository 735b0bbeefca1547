package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.GapAttack;
import dev.caisson.airlock.statistics.Roc;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes the version of a dossier that leaves with the model. No count of 1 to k-1 people can be
/// read from it or got by subtracting its counts from one another: score bins are joined until each
/// holds nobody or k of either side; a rate is left out if the people it counts lie closer than k
/// to another published count along the scores; accuracies go if fewer than k people are right or
/// wrong, and where they stay, the bins keep the edge between right and wrong. Other figures are
/// rounded to four digits.
final class PublicDossier {
  private final Dossier full;
  private final int cell;
  private final boolean accuracy;
  private final Scores scores;

  private PublicDossier(Dossier full) {
    this.full = full;
    this.cell = full.smallestCell();
    Dossier.Correct correct = full.correct();
    this.accuracy = correct != null && showable(correct);
    int edge =
        full.scores().edges().indexOf(0.0); // phi > 0: the true class is the likeliest of two
    this.scores =
        accuracy && edge >= 0 ? full.scores().joinedAround(edge, cell) : full.scores().joined(cell);
  }

  static Dossier of(Dossier full) {
    if (full.members() < full.smallestCell() || full.heldOut() < full.smallestCell()) {
      throw new IllegalArgumentException(
          "no public dossier: a side has fewer than %d people".formatted(full.smallestCell()));
    }
    return new PublicDossier(full).write();
  }

  private Dossier write() {
    List<AttackFigures> attacks =
        full.attacks().stream()
            .filter(attack -> accuracy || !attack.name().equals(GapAttack.NAME))
            .map(this::figures)
            .toList();
    List<Check> checks = full.checks().stream().map(this::check).toList();
    Ruling ruling = Ruling.of(checks);
    List<NotRun> notRun = new ArrayList<>(full.notRun());
    if (!accuracy && full.correct() != null) {
      notRun.add(
          new NotRun(
              "Accuracy and the gap attack",
              "run, but left out here: they would show fewer than %d people.".formatted(cell)));
    }
    return new Dossier(
        full.schema(),
        Dossier.Audience.PUBLIC,
        full.candidate(),
        ruling.verdict(),
        ruling.why(),
        Plainly.say(
            attacks.getFirst().auc(),
            attacks.getFirst().aucInterval(),
            attacks.getFirst().tprAtFpr().get("0.01"),
            smallestDetectable()),
        full.sites(),
        full.members(),
        full.heldOut(),
        cell,
        accuracy ? full.correct() : null,
        checks,
        attacks,
        scores,
        notRun,
        full.provenance(),
        full.created());
  }

  /// Right and wrong people are each nobody or at least k, and so are those who are right although
  /// the score edge at 0 says otherwise, or the other way round (several classes).
  private boolean showable(Dossier.Correct correct) {
    Scores all = full.scores();
    int edge = all.edges().indexOf(0.0);
    long membersAbove = edge < 0 ? correct.members() : above(all.members(), edge);
    long heldOutAbove = edge < 0 ? correct.heldOut() : above(all.heldOut(), edge);
    return List.of(
            correct.members(),
            correct.heldOut(),
            full.members() - correct.members(),
            full.heldOut() - correct.heldOut(),
            membersAbove,
            heldOutAbove,
            full.members() - membersAbove,
            full.heldOut() - heldOutAbove,
            Math.abs(correct.members() - membersAbove),
            Math.abs(correct.heldOut() - heldOutAbove))
        .stream()
        .noneMatch(count -> Scores.small(count, cell));
  }

  private static long above(List<Long> counts, int edge) {
    return counts.subList(edge + 1, counts.size()).stream().mapToLong(Long::longValue).sum();
  }

  private AttackFigures figures(AttackFigures attack) {
    NavigableSet<Long> published = new TreeSet<>(List.of(0L, full.members()));
    if (attack.name().equals(GapAttack.NAME)) {
      published.add(Objects.requireNonNull(full.correct()).members()); // kept only with it
    } else {
      scores.roc().points().stream().map(Roc.Point::truePositives).forEach(published::add);
    }
    SortedMap<String, @Nullable Double> rates = new TreeMap<>(attack.tprAtFpr());
    SortedMap<String, @Nullable List<Double>> intervals = new TreeMap<>(attack.tprIntervals());
    attack
        .tprAtFpr()
        .forEach(
            (key, rate) -> {
              long found = rate == null ? 0 : Math.round(rate * full.members());
              if (tooNear(published, found)) {
                rates.put(key, null);
                intervals.put(key, null);
              } else {
                published.add(found);
              }
            });
    return new AttackFigures(
        attack.name(),
        attack.plainly(),
        rounded(attack.auc()),
        attack.aucInterval().stream().map(PublicDossier::rounded).toList(),
        rounded(attack.p()),
        rates,
        intervals,
        null, // the largest lead sits at one threshold, whose counts may be small
        attack.members(),
        attack.nonMembers(),
        attack.seconds());
  }

  private boolean tooNear(NavigableSet<Long> published, long count) {
    Long below = published.floor(count);
    Long above = published.ceiling(count);
    return (below != null && Scores.small(count - below, cell))
        || (above != null && Scores.small(above - count, cell));
  }

  private Check check(Check check) {
    return switch (check.name()) {
      case "gap.accuracy" ->
          accuracy
              ? rounded(check)
              : check.withoutFigures(
                  "left out: it would show fewer than %d people".formatted(cell));
      case "rows.stored", "rows.labels" -> check.withoutFigures(withoutCounts(check));
      default -> rounded(check);
    };
  }

  private static Check rounded(Check check) {
    Double value = check.value();
    List<Double> interval = check.interval();
    return new Check(
        check.name(),
        check.status(),
        value == null ? null : rounded(value),
        interval == null ? null : interval.stream().map(PublicDossier::rounded).toList(),
        check.limit(),
        check.why());
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  private static String withoutCounts(Check check) {
    String what = check.name().equals("rows.stored") ? "rows" : "labels";
    return check.status() == Finding.Status.BLOCK
        ? "the weights keep members' " + what
        : "no members' %s were found in the weights".formatted(what);
  }

  private double smallestDetectable() {
    return full.checks().stream()
        .filter(check -> check.name().equals("evidence.power"))
        .map(Check::value)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }
}

package dev.caisson.airlock.dossier;

import dev.caisson.airlock.attack.GapAttack;
import dev.caisson.airlock.attack.LossAttack;
import dev.caisson.airlock.statistics.Roc;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An attack's figures as they may leave: rates go where the people whom they count, or those
/// between them and another published count along the same scores, are 1 to k-1. The largest lead
/// and the log-ratio always go: each sits at one threshold, whose counts may be small.
final class PublicFigures {
  private final long members;
  private final Dossier.@Nullable Correct correct;
  private final @Nullable Scores scores;
  private final int cell;

  /// `correct` and `scores` as they are published.
  PublicFigures(
      long members, Dossier.@Nullable Correct correct, @Nullable Scores scores, int cell) {
    this.members = members;
    this.correct = correct;
    this.scores = scores;
    this.cell = cell;
  }

  /// Whether an attack sees of a person little more than right or wrong, so that its figures tell
  /// how many of either there are.
  static boolean countsRightAndWrong(String attack) {
    return attack.equals(GapAttack.NAME) || attack.equals("label-only");
  }

  AttackFigures of(AttackFigures attack) {
    long counted = attack.members();
    NavigableSet<Long> published = published(attack.name(), counted);
    SortedMap<String, @Nullable Double> rates = new TreeMap<>(attack.tprAtFpr());
    SortedMap<String, @Nullable List<Double>> intervals = new TreeMap<>(attack.tprIntervals());
    attack
        .tprAtFpr()
        .forEach(
            (key, rate) -> {
              long found = rate == null ? 0 : Math.round(rate * counted);
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
        attack.aucInterval().stream().map(PublicFigures::rounded).toList(),
        rounded(attack.p()),
        rates,
        intervals,
        null,
        null,
        null,
        rounded(attack.smallestDetectableAuc()),
        attack.members(),
        attack.nonMembers(),
        attack.seconds());
  }

  /// What is published anyway of the members in the order of this attack's scores.
  private NavigableSet<Long> published(String attack, long counted) {
    NavigableSet<Long> published = new TreeSet<>(List.of(0L, counted, members));
    if (countsRightAndWrong(attack) && correct != null) {
      published.add(correct.members());
    }
    if (attack.equals(LossAttack.NAME) && scores != null) {
      scores.roc().points().stream().map(Roc.Point::truePositives).forEach(published::add);
    }
    return published;
  }

  private boolean tooNear(NavigableSet<Long> published, long count) {
    Long below = published.floor(count);
    Long above = published.ceiling(count);
    return (below != null && Scores.small(count - below, cell))
        || (above != null && Scores.small(above - count, cell));
  }

  static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}

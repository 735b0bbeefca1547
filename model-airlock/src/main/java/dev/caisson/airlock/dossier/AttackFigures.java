package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.statistics.Accusations;
import dev.caisson.airlock.statistics.Figures;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one attack achieved. `tprAtFpr` and `tprIntervals` are keyed "0.1", "0.01", "0.001"; a
/// value is null where it would show fewer people than may be shown. `p` tests the AUC against .5,
/// one-sided. `logRatio` is the empirical log-ratio, natural, a lower bound and no
/// differential-privacy guarantee; null where it was not taken.
///
/// `members` and `nonMembers` count the persons whom the figures rest on; `smallestDetectableAuc`
/// is the least AUC that so many show with 80% probability in a one-sided 5% test.
public record AttackFigures(
    String name,
    String plainly,
    double auc,
    List<Double> aucInterval,
    double p,
    SortedMap<String, @Nullable Double> tprAtFpr,
    SortedMap<String, @Nullable List<Double>> tprIntervals,
    @Nullable Double advantage,
    @Nullable List<Double> advantageInterval,
    @Nullable Double logRatio,
    double smallestDetectableAuc,
    long members,
    long nonMembers,
    double seconds) {
  private static final int MAX_NAME = 100;

  public AttackFigures {
    name = Finding.printable(name, MAX_NAME);
    plainly = Finding.printable(plainly);
    aucInterval = List.copyOf(aucInterval);
    advantageInterval = advantageInterval == null ? null : List.copyOf(advantageInterval);
    tprAtFpr = Collections.unmodifiableSortedMap(new TreeMap<>(tprAtFpr));
    tprIntervals = Collections.unmodifiableSortedMap(new TreeMap<>(tprIntervals));
    if (!(auc >= 0 && auc <= 1) || aucInterval.size() != 2) {
      throw new IllegalArgumentException("an AUC is 0..1 with two ends, got " + auc);
    }
    if (!(p >= 0 && p <= 1) || !(smallestDetectableAuc >= 0 && smallestDetectableAuc <= 1)) {
      throw new IllegalArgumentException(
          "p and the smallest AUC detectable are 0..1, got %s, %s"
              .formatted(p, smallestDetectableAuc));
    }
    if (!tprAtFpr.keySet().equals(tprIntervals.keySet())) {
      throw new IllegalArgumentException("rates and intervals are for the same operating points");
    }
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException("an attack took %s seconds".formatted(seconds));
    }
  }

  /// Of an attack on people whose scores were at hand; every threshold was chosen on other people
  /// than it was judged on.
  static AttackFigures of(String name, String plainly, Figures figures, double seconds) {
    SortedMap<String, @Nullable Double> rates = new TreeMap<>();
    SortedMap<String, @Nullable List<Double>> intervals = new TreeMap<>();
    for (int i = 0; i < Figures.FALSE_POSITIVE_RATES.size(); i++) {
      String key = Double.toString(Figures.FALSE_POSITIVE_RATES.get(i));
      Accusations accused = figures.operatingPoints().get(i);
      rates.put(key, accused.tpr());
      intervals.put(key, Check.ends(accused.tprInterval()));
    }
    return new AttackFigures(
        name,
        plainly,
        figures.auc().value(),
        Check.ends(figures.auc().interval()),
        figures.auc().p(),
        rates,
        intervals,
        figures.advantage().value(),
        Check.ends(figures.advantage().interval()),
        figures.logRatio().value(),
        figures.power().smallestDetectableAuc(),
        figures.power().members(),
        figures.power().nonMembers(),
        seconds);
  }

  @Nullable Double tpr(String falsePositiveRate) {
    return tprAtFpr.get(falsePositiveRate);
  }
}

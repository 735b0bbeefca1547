package dev.caisson.airlock.dossier;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one attack achieved. `tprAtFpr` and `tprIntervals` are keyed "0.1", "0.01", "0.001"; a
/// value is null where it would show fewer people than may be shown. `p` tests the AUC against .5,
/// one-sided.
public record AttackFigures(
    String name,
    String plainly,
    double auc,
    List<Double> aucInterval,
    double p,
    SortedMap<String, @Nullable Double> tprAtFpr,
    SortedMap<String, @Nullable List<Double>> tprIntervals,
    @Nullable Double advantage,
    long members,
    long nonMembers,
    double seconds) {

  public AttackFigures {
    aucInterval = List.copyOf(aucInterval);
    tprAtFpr = Collections.unmodifiableSortedMap(new TreeMap<>(tprAtFpr));
    tprIntervals = Collections.unmodifiableSortedMap(new TreeMap<>(tprIntervals));
    if (!(auc >= 0 && auc <= 1) || aucInterval.size() != 2) {
      throw new IllegalArgumentException("an AUC is 0..1 with two ends, got " + auc);
    }
    if (!tprAtFpr.keySet().equals(tprIntervals.keySet())) {
      throw new IllegalArgumentException("rates and intervals are for the same operating points");
    }
  }
}

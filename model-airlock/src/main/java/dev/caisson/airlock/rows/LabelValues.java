package dev.caisson.airlock.rows;

import java.util.HashSet;
import java.util.Set;

/// Labels kept in any order, such as the leaves of a regression tree: too many of a tensor's
/// numbers are labels to the last bit.
///
/// Counted are labels that use the low 11 bits of a float's mantissa (a day count or a class does
/// not). A weight with a density that falls away from zero equals a given such number with
/// probability at most 2^-24 (half of the spacing, relative to the number). With T numbers and D
/// labels chance gives at most L = T D 2^-20 (16-fold margin); more than L + 6 sqrt(L) + 10 are a
/// finding: under 10^-6 for a Poisson count at any L.
final class LabelValues {
  private final Set<Float> labels = new HashSet<>();

  LabelValues(float[] labels) {
    for (float label : labels) {
      if (Float.isFinite(label) && (Float.floatToRawIntBits(label) & 0x7ff) != 0) {
        this.labels.add(label);
      }
    }
  }

  /// The labels that this tensor keeps; empty if they are no more than chance.
  Set<Float> in(float[] values) {
    Set<Float> hits = new HashSet<>();
    if (labels.isEmpty()) {
      return hits;
    }
    for (float value : values) {
      if (labels.contains(value)) {
        hits.add(value);
      }
    }
    double chance = values.length * (double) labels.size() * 0x1p-20;
    return hits.size() > chance + 6 * Math.sqrt(chance) + 10 ? hits : Set.of();
  }
}

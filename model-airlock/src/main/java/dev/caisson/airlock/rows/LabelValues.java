package dev.caisson.airlock.rows;

import java.util.Arrays;
import java.util.BitSet;

/// Labels kept in any order, such as the leaves of a regression tree: too many of a tensor's
/// numbers are labels to the last bit.
///
/// Counted are labels that use the low 11 bits of a float's mantissa (a day count or a class does
/// not). A weight with a density that falls away from zero equals a given such number with
/// probability at most 2^-24 (half of the spacing, relative to the number). With T numbers and D
/// labels chance gives at most L = T D 2^-20 (16-fold margin); more than L + 6 sqrt(L) + 10 are a
/// finding: under 10^-6 for a Poisson count at any L.
final class LabelValues {
  private final float[] labels; // rising, each once

  LabelValues(float[] labels) {
    float[] telling = new float[labels.length];
    int count = 0;
    for (float label : labels) {
      if (Float.isFinite(label) && (Float.floatToRawIntBits(label) & 0x7ff) != 0) {
        telling[count++] = label;
      }
    }
    this.labels = distinct(telling, count);
  }

  /// The labels that this tensor keeps, rising; none if they are no more than chance.
  float[] in(float[] values) {
    BitSet hits = new BitSet(labels.length);
    for (float value : values) {
      int place = labels.length == 0 ? -1 : Arrays.binarySearch(labels, value);
      if (place >= 0) {
        hits.set(place);
      }
    }
    double chance = values.length * (double) labels.length * 0x1p-20;
    int count = hits.cardinality();
    float[] kept = new float[count > chance + 6 * Math.sqrt(chance) + 10 ? count : 0];
    int at = -1;
    for (int i = 0; i < kept.length; i++) {
      at = hits.nextSetBit(at + 1);
      kept[i] = labels[at];
    }
    return kept;
  }

  static boolean holds(float[] rising, float value) {
    return Arrays.binarySearch(rising, value) >= 0;
  }

  private static float[] distinct(float[] values, int count) {
    Arrays.sort(values, 0, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (kept == 0 || values[i] != values[kept - 1]) {
        values[kept++] = values[i];
      }
    }
    return Arrays.copyOf(values, kept);
  }
}

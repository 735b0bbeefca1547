package dev.caisson.airlock.rows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Runs of 64 class labels of consecutive persons, to be found in weights whatever numbers stand
/// for the classes: both sides are written as "first value seen is 0, next new one is 1, ...".
///
/// **False positives.** Trained weights hardly repeat a value, so a window of 64 with at most 16
/// different values is no trained weight but a constant or a table. Runs with fewer than 12
/// changes, or that repeat with a period of up to 16, are left out, as masks and index tables look
/// like that. What is left agrees with an unrelated random table of classes with probability about
/// 2^-64 for even binary labels, 2^-45 for a rate of 1 in 8.
final class LabelRuns {
  static final int LENGTH = 64;
  private static final int CLASSES = 16;
  private static final int CHANGES = 12;

  private final Map<Pattern, Integer> runs = new HashMap<>();

  LabelRuns(float[] labels) {
    for (int start = 0; start + LENGTH <= labels.length; start++) {
      byte[] pattern = new byte[LENGTH];
      if (pattern(labels, start, 1, pattern) < 0 && distinctive(pattern)) {
        runs.putIfAbsent(new Pattern(pattern), start);
      }
    }
  }

  /// Whether labels have few enough values to be classes.
  static boolean suits(float[] labels) {
    return distinct(labels) <= CLASSES;
  }

  private static long distinct(float[] labels) {
    float[] sorted = labels.clone();
    Arrays.sort(sorted);
    long distinct = 0;
    for (int i = 0; i < sorted.length; i++) {
      distinct += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
    }
    return distinct;
  }

  interface Found {
    void hit(int firstPerson, int position);
  }

  void search(float[] haystack, int stride, Found found) {
    if (runs.isEmpty()) {
      return;
    }
    byte[] pattern = new byte[LENGTH];
    long last = haystack.length - 1 - (LENGTH - 1L) * stride;
    // strides interleave: each residue is its own sequence, so windows too rich can be leapt over
    for (int residue = 0; residue < stride && residue <= last; residue++) {
      int start = residue;
      while (start <= last) {
        int tooRich = pattern(haystack, start, stride, pattern);
        if (tooRich >= 0) {
          start += (tooRich + 1) * stride;
          continue;
        }
        Integer person = runs.get(new Pattern(pattern));
        if (person != null) {
          found.hit(person, start);
        }
        start += stride;
      }
    }
  }

  /// Writes the window's pattern and returns -1; or, if it has more than 16 values, returns how far
  /// from its start the window can move before it might not: seen from the end, where the 17th
  /// appears.
  private static int pattern(float[] values, int start, int stride, byte[] pattern) {
    float[] seen = new float[CLASSES];
    int count = 0;
    for (int j = LENGTH - 1; j >= 0; j--) {
      float value = values[start + j * stride];
      int id = indexOf(seen, count, value);
      if (id < 0) {
        if (count == CLASSES) {
          return j;
        }
        id = count;
        seen[count++] = value;
      }
      pattern[j] = (byte) id;
    }
    return -1;
  }

  private static int indexOf(float[] seen, int count, float value) {
    for (int i = 0; i < count; i++) {
      if (seen[i] == value) {
        return i;
      }
    }
    return -1;
  }

  private static boolean distinctive(byte[] pattern) {
    int changes = 0;
    for (int j = 1; j < LENGTH; j++) {
      changes += pattern[j] != pattern[j - 1] ? 1 : 0;
    }
    if (changes < CHANGES) {
      return false;
    }
    for (int period = 1; period <= 16; period++) {
      if (Arrays.equals(pattern, period, LENGTH, pattern, 0, LENGTH - period)) {
        return false;
      }
    }
    return true;
  }

  /// Compared by content.
  private static final class Pattern {
    private final byte[] ids;

    Pattern(byte[] ids) {
      this.ids = ids.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Pattern p && Arrays.equals(ids, p.ids);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }
  }
}

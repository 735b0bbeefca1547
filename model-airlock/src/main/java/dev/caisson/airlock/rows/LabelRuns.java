package dev.caisson.airlock.rows;

import java.util.Arrays;
import java.util.BitSet;

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

  private final float[] labels;
  private final long[] hashes; // of the runs that say something, rising
  private final int[] starts; // the first run with each hash, beside it

  LabelRuns(float[] labels) {
    this.labels = labels;
    byte[] pattern = new byte[LENGTH];
    long[] named = new long[Math.max(0, labels.length - LENGTH + 1)];
    BitSet telling = new BitSet();
    int count = 0;
    for (int start = 0; start < named.length; start++) {
      if (pattern(labels, start, 1, pattern) < 0 && distinctive(pattern)) {
        telling.set(start);
        named[count++] = hash(pattern);
      }
    }
    this.hashes = Arrays.copyOf(named, count);
    Arrays.sort(hashes);
    this.starts = new int[count];
    Arrays.fill(starts, -1);
    int next = 0;
    for (int start = telling.nextSetBit(0); start >= 0; start = telling.nextSetBit(start + 1)) {
      int place = first(named[next++]);
      starts[place] = starts[place] < 0 ? start : starts[place];
    }
  }

  /// The first place of a hash; -1 if it is not there.
  private int first(long hash) {
    int low = 0;
    int high = hashes.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (hashes[middle] < hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < hashes.length && hashes[low] == hash ? low : -1;
  }

  /// The first run of labels with this pattern; -1 if there is none. Two patterns with one hash
  /// would hide the later one, at 2^-64 a pair.
  private int find(byte[] pattern, byte[] own) {
    int place = first(hash(pattern));
    if (place < 0) {
      return -1;
    }
    pattern(labels, starts[place], 1, own);
    return Arrays.equals(pattern, own) ? starts[place] : -1;
  }

  private static long hash(byte[] pattern) {
    long hash = 0;
    for (byte id : pattern) {
      hash = (hash ^ id) * 0xbf58476d1ce4e5b9L;
      hash ^= hash >>> 29;
    }
    return hash;
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
    if (hashes.length == 0) {
      return;
    }
    byte[] pattern = new byte[LENGTH];
    byte[] own = new byte[LENGTH];
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
        int person = find(pattern, own);
        if (person >= 0) {
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
}

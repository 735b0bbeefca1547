package dev.caisson.airlock.rows;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Short runs of numbers (rows, or runs of labels) to be found in a haystack of weights, either
/// value for value or after both are brought to mean 0 and deviation 1 (then any scale and shift
/// match).
///
/// **How.** Each run is projected on two sets of fixed pseudo-random coefficients and sorted by the
/// first projection. A window of the haystack is projected likewise; only runs of which both
/// projections lie within the tolerance's reach are compared. Cost: windows x width, plus the few
/// comparisons. Memory: some 60 bytes a run; the runs themselves stay in the table.
///
/// **False positives.** A run with m values that differ clearly from one another and from 0 and +-1
/// is matched with relative tolerance tau(m) = min(5e-4, 10^(-18/m) / 20). If weights are
/// independent with a density that falls away from zero, the density at x is at most 1/(2|x|), so
/// one value falls within tau |x| of x with probability at most tau, and all m with at most tau^m
/// <= 1e-18 * 20^-m: the factor 20 a value is left for weights that cluster. Over 10^8 windows and
/// 10^6 rows that is below 1e-4 * 20^-m chance matches. Below m = 4 tau is under what rounding of
/// 32-bit floats spoils: such runs are "too plain". Scaled matching spends two of the values on
/// scale and shift. Runs whose values rise in even steps are too plain as well: index tables look
/// like that.
final class Needles {
  private static final double LOOSEST = 5e-4; // half-precision storage rounds by up to 4.9e-4
  private static final double TIGHTEST = 1e-6; // standardising in 32-bit floats errs by some 1e-7
  private static final double CLEARLY = 0.02;

  private final RowTable table;
  private final boolean scaled;
  private final int width;
  private final double[] coefficients;
  private final double[] second;
  private final int[] rows; // by rising key; what is too plain is left out
  private final double[] keys;
  private final double[] secondKeys;
  private final double[] tolerances;
  private final BitSet plain;
  private final double loosest;
  private final double scaledReach; // of the first projection, where all windows have one size
  private final double scaledSecondReach;
  private final @Nullable KeyGrid grid; // of both projections, if scaled
  private final ColumnBounds bounds; // of the runs, where none is scaled
  private final double[] run; // the run that is looked at, read again from the table each time

  Needles(RowTable table, boolean scaled) {
    this.table = table;
    this.scaled = scaled;
    this.width = table.width();
    this.coefficients = coefficients(width, 0x5eed);
    this.second = coefficients(width, 0x5eed2);
    this.run = new double[width];
    int n = table.rows();
    this.plain = new BitSet(n);
    double[] keyOf = new double[n];
    double[] toleranceOf = new double[n];
    double[] sorted = new double[width];
    for (int row = 0; row < n; row++) {
      read(row);
      boolean even = evenSteps(run);
      toleranceOf[row] = scaled && !standardise(run) ? 0 : tolerance(run, sorted);
      plain.set(row, toleranceOf[row] < TIGHTEST || even);
      keyOf[row] = key(coefficients, run);
    }
    int kept = n - plain.cardinality();
    this.keys = new double[kept];
    int count = 0;
    for (int row = plain.nextClearBit(0); row < n; row = plain.nextClearBit(row + 1)) {
      keys[count++] = keyOf[row];
    }
    Arrays.sort(keys);
    this.rows = new int[kept];
    this.tolerances = new double[kept];
    this.secondKeys = new double[kept];
    this.bounds = new ColumnBounds(width);
    int[] taken = new int[kept]; // of the places of each key, at its first
    for (int row = plain.nextClearBit(0); row < n; row = plain.nextClearBit(row + 1)) {
      int first = from(keyOf[row]);
      int place = first + taken[first]++;
      rows[place] = row;
      tolerances[place] = toleranceOf[row];
      form(row);
      secondKeys[place] = key(second, run);
      bounds.include(run, floor(run));
    }
    this.loosest = Arrays.stream(tolerances).max().orElse(0);
    bounds.widen(loosest);
    this.scaledReach = 1.01 * loosest * sizes(coefficients);
    this.scaledSecondReach = 1.01 * loosest * sizes(second);
    this.grid =
        scaled && kept > 0 ? new KeyGrid(keys, secondKeys, scaledReach, scaledSecondReach) : null;
  }

  boolean tooPlain(int row) {
    return plain.get(row);
  }

  interface Found {
    void hit(int row, int position);
  }

  /// Reports every run that the haystack holds at `start, start + stride, ...`.
  void search(float[] haystack, int stride, Found found) {
    if (rows.length == 0) {
      return;
    }
    double[] window = new double[width];
    long last = haystack.length - 1 - (long) (width - 1) * stride;
    for (int start = 0; start <= last; start++) {
      for (int j = 0; j < width; j++) {
        window[j] = haystack[start + j * stride];
      }
      if (grid == null && !bounds.hold(window)) {
        continue;
      }
      if (grid == null) {
        compare(window, start, 1, key(coefficients, window), reach(coefficients, window), found);
      } else if (standardise(window)) {
        double key = key(coefficients, window);
        double secondKey = key(second, window);
        if (grid.near(key, secondKey)) {
          compare(window, start, 1, key, scaledReach, found);
        }
        if (grid.near(-key, -secondKey)) {
          compare(window, start, -1, -key, scaledReach, found);
        }
      }
    }
  }

  private void read(int row) {
    for (int column = 0; column < width; column++) {
      run[column] = table.at(row, column);
    }
  }

  /// Reads a run that is not too plain, in the form in which it is compared.
  private void form(int row) {
    read(row);
    if (scaled) {
      standardise(run);
    }
  }

  private void compare(
      double[] window, int start, int sign, double key, double reach, Found found) {
    int i = from(key - reach);
    if (i == keys.length || keys[i] > key + reach) {
      return;
    }
    // side by side in memory, so most candidates fall here before their run is fetched
    double secondKey = sign * key(second, window);
    double secondReach = scaled ? scaledSecondReach : reach(second, window);
    for (; i < keys.length && keys[i] <= key + reach; i++) {
      if (Math.abs(secondKeys[i] - secondKey) <= secondReach
          && matches(rows[i], window, sign, tolerances[i])) {
        found.hit(rows[i], start);
      }
    }
  }

  /// How far a matching run's projection can lie from the window's: the tolerance differs by less
  /// than 1% whether taken of the run's sizes or of the window's.
  private double reach(double[] by, double[] window) {
    double floor = floor(window);
    double reach = 0;
    for (int j = 0; j < width; j++) {
      reach += Math.abs(by[j]) * Math.max(Math.abs(window[j]), floor);
    }
    return 1.01 * loosest * reach;
  }

  private static double sizes(double[] by) {
    double sum = 0;
    for (double one : by) {
      sum += Math.abs(one);
    }
    return sum;
  }

  private boolean matches(int row, double[] window, int sign, double tolerance) {
    form(row);
    double floor = floor(run);
    for (int j = 0; j < width; j++) {
      double allowed = scaled ? tolerance : tolerance * Math.max(Math.abs(run[j]), floor);
      if (!(Math.abs(run[j] - sign * window[j]) <= allowed)) {
        return false;
      }
    }
    return true;
  }

  /// The first run whose key is at least this.
  private int from(double key) {
    int low = 0;
    int high = keys.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private double key(double[] by, double[] run) {
    double key = 0;
    for (int j = 0; j < width; j++) {
      key += by[j] * run[j];
    }
    return key;
  }

  /// Values below a hundredth of the run's size are compared by that size.
  private static double floor(double[] run) {
    double squares = 0;
    for (double value : run) {
      squares += value * value;
    }
    return 0.01 * Math.sqrt(squares / run.length);
  }

  /// tau(m) of a run in the form in which it is compared, or 0 if it is not finite.
  private double tolerance(double[] form, double[] sorted) {
    double gap = scaled ? CLEARLY : 2 * floor(form);
    System.arraycopy(form, 0, sorted, 0, width);
    Arrays.sort(sorted);
    int distinct = 0;
    double last = Double.NEGATIVE_INFINITY;
    for (double value : sorted) {
      if (!Double.isFinite(value)) {
        return 0;
      }
      boolean common = !scaled && (Math.abs(value) <= gap || Math.abs(Math.abs(value) - 1) < 1e-6);
      if (value - last > gap && !common) {
        distinct++;
        last = value;
      }
    }
    int m = scaled ? distinct - 2 : distinct;
    return m < 1 ? 0 : Math.min(LOOSEST, Math.pow(10, -18.0 / m) / 20);
  }

  private static boolean evenSteps(double[] run) {
    for (int j = 2; j < run.length; j++) {
      double step = run[1] - run[0];
      if (Math.abs(run[j] - run[j - 1] - step) > 1e-3 * Math.abs(step)) {
        return false;
      }
    }
    return true;
  }

  /// To mean 0 and deviation 1, in place; false if the values hardly differ.
  private static boolean standardise(double[] run) {
    double mean = 0;
    double size = 0;
    for (double value : run) {
      mean += value;
      size = Math.max(size, Math.abs(value));
    }
    mean /= run.length;
    double squares = 0;
    for (double value : run) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / run.length);
    if (!(deviation > 1e-5 * size) || !Double.isFinite(deviation)) {
      return false;
    }
    for (int j = 0; j < run.length; j++) {
      run[j] = (run[j] - mean) / deviation;
    }
    return true;
  }

  /// Fixed numbers in +-[.5, 1.5), so that every column counts (splitmix64).
  private static double[] coefficients(int width, long seed) {
    double[] coefficients = new double[width];
    long state = seed;
    for (int j = 0; j < width; j++) {
      state += 0x9e3779b97f4a7c15L;
      long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      double size = 0.5 + (z >>> 11) * 0x1p-53;
      coefficients[j] = (z & 1) == 0 ? size : -size;
    }
    return coefficients;
  }
}

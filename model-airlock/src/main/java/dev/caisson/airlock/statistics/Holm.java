package dev.caisson.airlock.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Many tests at once (Holm, *Scandinavian Journal of Statistics* 6, 1979): the chance that any
/// true hypothesis is rejected stays under alpha, whatever the tests' dependence.
public final class Holm {
  private Holm() {}

  /// A one-sided confidence bound as a function of its confidence.
  @FunctionalInterface
  public interface Bound {
    double at(double confidence);
  }

  /// The p-values adjusted: each at most alpha exactly if Holm rejects its hypothesis at alpha.
  public static double[] adjusted(double... values) {
    int[] order = order(values);
    double[] adjusted = new double[values.length];
    double largest = 0;
    for (int rank = 0; rank < order.length; rank++) {
      largest = Math.max(largest, values[order[rank]] * (values.length - rank));
      adjusted[order[rank]] = Math.min(1, largest);
    }
    return adjusted;
  }

  /// One-sided bounds for claims "the figure is over (under) its limit". `values` are the claims'
  /// p-values: one less the largest confidence at which the bound still clears the limit. The claim
  /// of rank r is read at confidence 1 - alpha / (k - r + 1) while Holm goes on rejecting, those
  /// after it all at the level where Holm stopped: a bound clears its limit exactly if Holm upholds
  /// the claim.
  public static double[] bounds(double alpha, double[] values, List<Bound> bounds) {
    if (values.length != bounds.size() || !(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "%d p-values for %d bounds at alpha %s".formatted(values.length, bounds.size(), alpha));
    }
    int[] order = order(values);
    double[] found = new double[values.length];
    int left = values.length;
    boolean rejecting = true;
    for (int claim : order) {
      found[claim] = bounds.get(claim).at(1 - alpha / left);
      rejecting = rejecting && values[claim] <= alpha / left;
      if (rejecting && left > 1) {
        left--;
      }
    }
    return found;
  }

  private static int[] order(double[] values) {
    for (double value : values) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("p-values are in 0..1, got " + Arrays.toString(values));
      }
    }
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> values[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}

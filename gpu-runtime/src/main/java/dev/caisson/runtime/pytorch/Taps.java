package dev.caisson.runtime.pytorch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Where each number along an axis of a resized tensor comes from: tap by tap, the place in the
/// input and its weight. A number is the weighted sum over the taps.
///
/// @param places per tap, one for each number of the output
/// @param weights likewise
record Taps(List<List<Long>> places, List<float[]> weights) {

  /// The input's number nearest to each coordinate.
  static Taps nearest(float[] coordinates, long input, String rounding) {
    List<Long> places = new ArrayList<>();
    for (float at : coordinates) {
      double place =
          switch (rounding) {
            case "floor" -> Math.floor(at);
            case "ceil" -> Math.ceil(at);
            case "round_prefer_ceil" -> Math.floor(at + 0.5);
            default -> Math.ceil(at - 0.5);
          };
      places.add(Math.clamp((long) place, 0, input - 1));
    }
    float[] ones = new float[coordinates.length];
    java.util.Arrays.fill(ones, 1);
    return new Taps(List.of(places), List.of(ones));
  }

  static Taps linear(float[] coordinates, long input, boolean exclusive) {
    return of(
        coordinates, input, exclusive, 0, 2, (fraction, tap) -> tap == 0 ? 1 - fraction : fraction);
  }

  /// Keys' cubic convolution (1981) with parameter `a`.
  static Taps cubic(float[] coordinates, long input, boolean exclusive, float a) {
    return of(
        coordinates,
        input,
        exclusive,
        -1,
        4,
        (fraction, tap) -> {
          float d = Math.abs(fraction + 1 - tap);
          return d <= 1
              ? ((a + 2) * d - (a + 3)) * d * d + 1
              : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
        });
  }

  @FunctionalInterface
  private interface Kernel {
    float weight(float fraction, int tap);
  }

  /// @param exclusive taps beyond the border weigh nothing, instead of the border's number
  private static Taps of(
      float[] coordinates, long input, boolean exclusive, int first, int count, Kernel kernel) {
    List<List<Long>> places = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    float[] sums = new float[coordinates.length];
    for (int tap = 0; tap < count; tap++) {
      List<Long> place = new ArrayList<>();
      float[] weight = new float[coordinates.length];
      for (int i = 0; i < coordinates.length; i++) {
        float floor = (float) Math.floor(coordinates[i]);
        long at = (long) floor + first + tap;
        place.add(Math.clamp(at, 0, input - 1));
        boolean counts = !exclusive || (at >= 0 && at < input);
        weight[i] = counts ? kernel.weight(coordinates[i] - floor, tap) : 0;
        sums[i] += weight[i];
      }
      places.add(Collections.unmodifiableList(place));
      weights.add(weight);
    }
    if (exclusive) {
      for (float[] weight : weights) {
        for (int i = 0; i < weight.length; i++) {
          weight[i] /= sums[i];
        }
      }
    }
    return new Taps(places, weights);
  }
}

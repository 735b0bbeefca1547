package dev.caisson.airlock.table;

import java.util.Arrays;
import java.util.List;

/// What becomes of a pixel's sample of 0 to 255: (sample / scale - mean) / deviation, with a mean
/// and a deviation for each channel, or one for all.
public record PixelScale(double scale, List<Double> means, List<Double> deviations) {
  public static final PixelScale DEFAULT = new PixelScale(255, new double[0], new double[0]);

  public PixelScale(double scale, double[] means, double[] deviations) {
    this(scale, Arrays.stream(means).boxed().toList(), Arrays.stream(deviations).boxed().toList());
  }

  public PixelScale {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    if (!(scale > 0) || deviations.stream().anyMatch(d -> !(d > 0))) {
      throw new IllegalArgumentException("a scale and deviations are above 0");
    }
    if (means.size() == 2 || deviations.size() == 2 || means.size() > 3 || deviations.size() > 3) {
      throw new IllegalArgumentException(
          "means and deviations are one for all channels or three, got %d and %d"
              .formatted(means.size(), deviations.size()));
    }
  }

  float of(int sample, int channel) {
    return (float) ((sample / scale - at(means, channel, 0)) / at(deviations, channel, 1));
  }

  private static double at(List<Double> values, int channel, double otherwise) {
    return values.isEmpty() ? otherwise : values.get(values.size() == 1 ? 0 : channel);
  }
}

package dev.caisson.airlock.table;

import java.util.List;

/// What a model takes for an image: gray or red, green, blue; a channel after the other (NCHW) or a
/// pixel after the other (NHWC).
public record ImageSize(int channels, int height, int width, boolean channelsFirst) {
  public ImageSize {
    if ((channels != 1 && channels != 3) || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "images have 1 or 3 channels, got %d of %d by %d".formatted(channels, width, height));
    }
    Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /// Of the shape of one row: `[3, 32, 32]`, `[32, 32, 3]` or `[28, 28]`.
  public static ImageSize of(List<Integer> shape) {
    if (shape.size() == 2) {
      return new ImageSize(1, shape.get(0), shape.get(1), true);
    }
    if (shape.size() == 3 && (shape.get(0) == 1 || shape.get(0) == 3)) {
      return new ImageSize(shape.get(0), shape.get(1), shape.get(2), true);
    }
    if (shape.size() == 3 && (shape.get(2) == 1 || shape.get(2) == 3)) {
      return new ImageSize(shape.get(2), shape.get(0), shape.get(1), false);
    }
    throw new IllegalArgumentException(
        "the model's input of shape %s takes no images of 1 or 3 channels".formatted(shape));
  }

  int numbers() {
    return channels * height * width;
  }

  int place(int channel, int y, int x) {
    return channelsFirst
        ? (channel * height + y) * width + x
        : (y * width + x) * channels + channel;
  }
}

package dev.caisson.runtime.dl4j;

import java.util.Arrays;

/// Numbers of a tensor in row-major order, as our own vertices work on them. Not copied: a vertex
/// owns what it makes and leaves alone what it gets.
final class Block {
  private final long[] shape;
  private final float[] numbers;

  Block(long[] shape, float[] numbers) {
    if (Axes.elements(shape) != numbers.length) {
      throw new IllegalArgumentException(
          "%d numbers do not fill %s".formatted(numbers.length, Arrays.toString(shape)));
    }
    this.shape = shape;
    this.numbers = numbers;
  }

  long[] shape() {
    return shape;
  }

  float[] numbers() {
    return numbers;
  }
}

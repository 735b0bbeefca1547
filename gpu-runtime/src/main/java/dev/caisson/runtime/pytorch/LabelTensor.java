package dev.caisson.runtime.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.train.Labels;

/// Labels as PyTorch's losses want them.
final class LabelTensor {
  private LabelTensor() {}

  /// `[rows × labels per row]`, whole numbers for classes.
  static NDArray of(Labels labels, TensorScope scope, float[] y, int rows) {
    Shape shape = new Shape(rows, labels.perRow());
    return switch (labels.loss()) {
      case SOFTMAX_CROSS_ENTROPY -> {
        long[] numbers = new long[y.length];
        for (int i = 0; i < y.length; i++) {
          numbers[i] = (long) y[i];
        }
        yield scope.wholes(numbers, shape);
      }
      case BINARY_CROSS_ENTROPY, MEAN_SQUARED_ERROR, HUBER -> scope.reals(y, shape);
    };
  }
}

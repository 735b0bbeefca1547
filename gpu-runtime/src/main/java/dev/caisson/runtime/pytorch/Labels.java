package dev.caisson.runtime.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.TrainingSet;

/// Labels as each loss wants them.
final class Labels {
  private Labels() {}

  /// Refuses labels that this loss cannot take, naming row and value.
  static void check(Loss loss, TrainingSet set, int outputs) {
    int wanted = loss == Loss.SOFTMAX_CROSS_ENTROPY ? 1 : outputs;
    if (set.labels() != wanted) {
      throw new IllegalArgumentException(
          "the model has %d outputs, so %s needs %d labels per row, got %d"
              .formatted(outputs, loss, wanted, set.labels()));
    }
    float[] y = set.y();
    for (int i = 0; i < y.length; i++) {
      float label = y[i];
      boolean fits =
          switch (loss) {
            case BINARY_CROSS_ENTROPY -> label == 0 || label == 1;
            case SOFTMAX_CROSS_ENTROPY ->
                label >= 0 && label < outputs && label == Math.rint(label);
            case MEAN_SQUARED_ERROR, HUBER -> Float.isFinite(label);
          };
      if (!fits) {
        throw new IllegalArgumentException(
            "label %s of row %d: %s wants %s"
                .formatted(label, i / set.labels(), loss, wanted(loss, outputs)));
      }
    }
  }

  private static String wanted(Loss loss, int outputs) {
    return switch (loss) {
      case BINARY_CROSS_ENTROPY -> "0 or 1";
      case SOFTMAX_CROSS_ENTROPY -> "a class 0..%d".formatted(outputs - 1);
      case MEAN_SQUARED_ERROR, HUBER -> "a finite number";
    };
  }

  static NDArray tensor(
      TorchProgram program, NDManager owner, Loss loss, float[] y, int rows, int outputs) {
    return switch (loss) {
      case SOFTMAX_CROSS_ENTROPY -> {
        long[] classes = new long[rows];
        for (int i = 0; i < rows; i++) {
          classes[i] = (long) y[i];
        }
        yield program.wholes(owner, classes);
      }
      case BINARY_CROSS_ENTROPY, MEAN_SQUARED_ERROR, HUBER ->
          program.reals(owner, y, new Shape(rows, outputs));
    };
  }
}

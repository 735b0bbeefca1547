package dev.caisson.runtime.train;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Dim;
import java.util.List;

/// Labels as a loss wants them for an output of some shape. For softmax cross-entropy the classes
/// are the output's second dimension, as in PyTorch, with one label for each remaining position.
///
/// @param outputs numbers of output per row
/// @param perRow labels per row
/// @param classes of softmax cross-entropy
public record Labels(Loss loss, int outputs, int perRow, long classes) {

  /// Refuses an output that this loss cannot take.
  public static Labels of(Loss loss, List<Dim> dims) throws InvalidModelException {
    long outputs = 1;
    for (Dim dim : dims.isEmpty() ? dims : dims.subList(1, dims.size())) {
      if (!dim.isFixed()) {
        throw notRows(dims);
      }
      outputs = Math.multiplyExact(outputs, dim.fixed());
    }
    if (dims.isEmpty() || !dims.getFirst().equals(Dim.BATCH) || outputs < 1) {
      throw notRows(dims);
    }
    if (outputs > 1 << 26) {
      throw new InvalidModelException("the output has %d numbers per row".formatted(outputs));
    }
    long classes = dims.size() > 1 ? dims.get(1).fixed() : 1;
    if (loss == Loss.SOFTMAX_CROSS_ENTROPY) {
      if (classes < 2) {
        throw new InvalidModelException(
            "softmax cross-entropy needs two outputs or more, the graph gives %s"
                .formatted(Dim.words(dims)));
      }
      return new Labels(loss, (int) outputs, (int) (outputs / classes), classes);
    }
    return new Labels(loss, (int) outputs, (int) outputs, classes);
  }

  private static InvalidModelException notRows(List<Dim> dims) {
    return new InvalidModelException(
        "the first output must have the batch as its first dimension, it has shape "
            + Dim.words(dims));
  }

  /// Refuses labels that this loss cannot take, naming row and value.
  public void check(TrainingSet set) {
    if (set.labels() != perRow) {
      throw new IllegalArgumentException(
          "the model has %d outputs, so %s needs %d labels per row, got %d"
              .formatted(outputs, loss, perRow, set.labels()));
    }
    float[] y = set.y();
    for (int i = 0; i < y.length; i++) {
      float label = y[i];
      boolean fits =
          switch (loss) {
            case BINARY_CROSS_ENTROPY -> label == 0 || label == 1;
            case SOFTMAX_CROSS_ENTROPY ->
                label >= 0 && label < classes && label == Math.rint(label);
            case MEAN_SQUARED_ERROR, HUBER -> Float.isFinite(label);
          };
      if (!fits) {
        throw new IllegalArgumentException(
            "label %s of row %d: %s wants %s".formatted(label, i / set.labels(), loss, wanted()));
      }
    }
  }

  private String wanted() {
    return switch (loss) {
      case BINARY_CROSS_ENTROPY -> "0 or 1";
      case SOFTMAX_CROSS_ENTROPY -> "a class 0..%d".formatted(classes - 1);
      case MEAN_SQUARED_ERROR, HUBER -> "a finite number";
    };
  }
}

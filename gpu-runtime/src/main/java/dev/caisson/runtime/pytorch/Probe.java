package dev.caisson.runtime.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;

/// A dry run on two rows of zeros before a trainer is handed out: shapes that do not fit, or a
/// weight that the output does not depend on, show here and not in the middle of a round.
final class Probe {
  private static final int ROWS = 2;

  private Probe() {}

  /// The number of outputs per row.
  static int outputs(TorchProgram program, OnnxModel model, int features, Loss loss)
      throws InvalidModelException, UnsupportedModelException {
    try (NDManager rows = program.manager().newSubManager()) {
      Map<Slot, NDArray> slots = TorchProgram.slots();
      slots.put(Slot.X, program.reals(rows, new float[ROWS * features], new Shape(ROWS, features)));
      slots.put(
          Slot.VECTOR,
          program.reals(rows, model.initialVector(), new Shape(model.layout().length())));
      int outputs;
      try (NDList result = program.run("score", slots)) {
        Shape shape = result.head().getShape();
        if (shape.dimension() != 2 || shape.get(0) != ROWS) {
          throw new UnsupportedModelException(
              "the pytorch engine trains graphs that give [rows × outputs]; two rows gave "
                  + shape);
        }
        outputs = (int) shape.get(1);
      }
      if (loss == Loss.SOFTMAX_CROSS_ENTROPY && outputs < 2) {
        throw new InvalidModelException(
            "softmax cross-entropy needs two outputs or more, the graph has %d".formatted(outputs));
      }
      slots.put(
          Slot.Y, Labels.tensor(program, rows, loss, new float[ROWS * outputs], ROWS, outputs));
      program.run("gradient", slots).close();
      return outputs;
    }
  }
}

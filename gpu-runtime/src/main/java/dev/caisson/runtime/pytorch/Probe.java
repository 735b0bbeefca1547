package dev.caisson.runtime.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.train.Features;
import dev.caisson.runtime.train.Labels;
import java.util.Map;

/// A dry run on two rows of zeros before a trainer is handed out: what [dev.caisson.runtime.shape]
/// did not foresee, or a weight that the output does not depend on, shows here and not in the
/// middle of a round. A failure is an `EngineException`.
final class Probe {
  private static final int ROWS = 2;

  private Probe() {}

  static void run(TorchProgram program, OnnxModel model, Features features, Labels labels) {
    Packing packing = new Packing(model.layout());
    float[] vector = model.initialVector();
    try (TensorScope rows = program.scope()) {
      Map<Slot, NDArray> slots = TorchProgram.slots();
      int width = features.perRow();
      slots.put(Slot.X, rows.reals(new float[ROWS * width], new Shape(ROWS, width)));
      slots.put(Slot.WEIGHTS, rows.flat(Packing.take(packing.weights(), vector)));
      slots.put(Slot.STATISTICS, rows.flat(Packing.take(packing.statistics(), vector)));
      slots.put(Slot.Y, LabelTensor.of(labels, rows, new float[ROWS * labels.perRow()], ROWS));
      program.run("gradient", slots).close();
    }
  }
}

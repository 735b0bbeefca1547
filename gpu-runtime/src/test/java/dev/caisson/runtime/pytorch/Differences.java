package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.Features;
import dev.caisson.runtime.train.Labels;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// Gradients of a model's script in double precision, judged by central differences of its own
/// loss. Close it.
final class Differences implements AutoCloseable {
  private static final int ROWS = 9;

  /// Half the step of the central difference. Its error is about step² · f''' / 6 + 1e-16 / step,
  /// so around 1e-10 where the third derivative is about 1.
  private static final double STEP = 1e-5;

  /// Weights of a model that are moved one by one.
  private static final int MOST_SINGLE = 40;

  /// PyTorch's number for double precision.
  private static final int DOUBLE = 7;

  private final Packing packing;
  private final Features features;
  private final Labels labels;
  private final TorchProgram program;
  private final OnnxModel model;

  Differences(Loss loss, OnnxModel model) throws Exception {
    TrainingRecipe recipe = new TrainingRecipe(loss, Optimiser.sgd(0), 1, ROWS);
    Shapes shapes = Shapes.of(model);
    this.model = model;
    this.packing = new Packing(model.layout());
    this.features = Features.of(model.graph(), shapes);
    this.labels = Labels.of(loss, shapes.output().dims());
    this.program =
        new TorchProgram(ScriptWriter.write(model, shapes, recipe, DOUBLE), DataType.FLOAT64, 1);
  }

  /// The loss at these weights, then its gradient.
  @FunctionalInterface
  private interface Evaluation {
    double[] at(double[] weights);
  }

  /// Compares the gradient of the scoring graph.
  void scoring(double tolerance) {
    compare(this::gradient, tolerance);
  }

  /// Compares the step that training takes: plain descent at rate 1.
  void training(double tolerance) {
    compare(this::step, tolerance);
  }

  /// Compares single weights, all or evenly spread ones, then all together along one direction.
  private void compare(Evaluation evaluation, double tolerance) {
    double[] weights = weights();
    double[] gradient = evaluation.at(weights);
    assertThat(gradient).hasSize(weights.length + 1);
    double[] direction = new double[weights.length];
    int spread = Math.ceilDiv(weights.length, MOST_SINGLE);
    for (int i = 0; i < weights.length; i += spread) {
      direction[i] = 1;
      compare(evaluation, weights, direction, gradient, tolerance);
      direction[i] = 0;
    }
    float[] signs = Rows.gaussians(weights.length, 21);
    for (int i = 0; i < weights.length; i++) {
      direction[i] = Math.signum(signs[i]) / Math.sqrt(weights.length);
    }
    compare(evaluation, weights, direction, gradient, tolerance);
  }

  private static void compare(
      Evaluation evaluation,
      double[] weights,
      double[] direction,
      double[] gradient,
      double tolerance) {
    double slope = 0;
    for (int i = 0; i < weights.length; i++) {
      slope += gradient[i + 1] * direction[i];
    }
    double above = evaluation.at(moved(weights, direction, STEP))[0];
    double below = evaluation.at(moved(weights, direction, -STEP))[0];
    double difference = (above - below) / (2 * STEP);
    assertThat(slope).isBetween(difference - tolerance, difference + tolerance);
  }

  private static double[] moved(double[] weights, double[] direction, double by) {
    double[] moved = weights.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += by * direction[i];
    }
    return moved;
  }

  private double[] weights() {
    float[] initial = Packing.take(packing.weights(), model.initialVector());
    double[] weights = new double[initial.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = initial[i];
    }
    return weights;
  }

  private double[] gradient(double[] weights) {
    try (TensorScope call = program.scope()) {
      NDArray flat = call.doubles(weights);
      try (NDList result = program.run("gradient", slots(call, flat))) {
        return DoubleStream.concat(
                DoubleStream.of(result.get(0).getDouble()),
                DoubleStream.of(result.get(1).toDoubleArray()))
            .toArray();
      }
    }
  }

  private double[] step(double[] weights) {
    try (TensorScope call = program.scope()) {
      NDArray flat = call.doubles(weights);
      Map<Slot, NDArray> slots = slots(call, flat);
      slots.put(Slot.ORDER, call.wholes(LongStream.range(0, ROWS).toArray()));
      slots.put(Slot.STEPS, call.wholes(new long[1]));
      slots.put(Slot.SEEDS, call.wholes(new long[] {1}));
      slots.put(Slot.RATES, call.doubles(new double[] {1}));
      try (NDList result = program.run("forward", slots)) {
        double[] after = flat.toDoubleArray();
        double[] evaluated = new double[weights.length + 1];
        evaluated[0] = result.head().toDoubleArray()[0];
        for (int i = 0; i < weights.length; i++) {
          evaluated[i + 1] = weights[i] - after[i];
        }
        return evaluated;
      }
    }
  }

  private Map<Slot, NDArray> slots(TensorScope call, NDArray weights) {
    Map<Slot, NDArray> slots = TorchProgram.slots();
    slots.put(
        Slot.X,
        call.reals(
            Rows.gaussians(ROWS * features.perRow(), 8), new Shape(ROWS, features.perRow())));
    slots.put(Slot.Y, LabelTensor.of(labels, call, made(labels), ROWS));
    slots.put(Slot.WEIGHTS, weights);
    slots.put(
        Slot.STATISTICS, call.flat(Packing.take(packing.statistics(), model.initialVector())));
    return slots;
  }

  private static float[] made(Labels labels) {
    float[] y = new float[ROWS * labels.perRow()];
    for (int i = 0; i < y.length; i++) {
      y[i] =
          switch (labels.loss()) {
            case BINARY_CROSS_ENTROPY -> i % 2;
            case SOFTMAX_CROSS_ENTROPY -> i % (int) labels.classes();
            case MEAN_SQUARED_ERROR, HUBER -> (i % 5) * 0.9f - 2;
          };
    }
    return y;
  }

  @Override
  public void close() {
    program.close();
  }
}

package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The script in double precision against central differences of its own loss.
class GradientTest {
  private static final int ROWS = 9;
  private static final int FEATURES = 3;
  private static final int OUTPUTS = 3;

  /// Half the step of the central difference. Its error is about step² · f''' / 6 + 1e-16 / step,
  /// so around 1e-10 here.
  private static final double STEP = 1e-5;

  private static final double TOLERANCE = 1e-7;

  @ParameterizedTest
  @EnumSource(Loss.class)
  void gradientsAreFiniteDifferences(Loss loss) throws Exception {
    checks(loss, new ModelSpec(FEATURES, List.of(5, 4), OUTPUTS, Activation.TANH, 0, 4).build());
    checks(loss, new ModelSpec(FEATURES, List.of(4), OUTPUTS, Activation.GELU, 0.5, 5).build());
    checks(loss, ModelSpec.logistic(FEATURES, OUTPUTS, 6).build());
  }

  private static void checks(Loss loss, OnnxModel model) throws Exception {
    TrainingRecipe recipe = new TrainingRecipe(loss, Optimiser.sgd(0), 0.1, 32);
    try (TorchProgram program =
        new TorchProgram(ScriptWriter.write(model, recipe), DataType.FLOAT64, 1)) {
      float[] initial = model.initialVector();
      double[] vector = new double[initial.length];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = initial[i];
      }
      double[] gradient = evaluate(program, loss, vector);

      for (int i = 0; i < vector.length; i++) {
        double kept = vector[i];
        vector[i] = kept + STEP;
        double above = evaluate(program, loss, vector)[0];
        vector[i] = kept - STEP;
        double below = evaluate(program, loss, vector)[0];
        vector[i] = kept;
        double difference = (above - below) / (2 * STEP);
        assertThat(gradient[i + 1]).isBetween(difference - TOLERANCE, difference + TOLERANCE);
      }
    }
  }

  /// The loss, then the gradient.
  private static double[] evaluate(TorchProgram program, Loss loss, double[] vector) {
    try (NDManager call = program.manager().newSubManager()) {
      NDArray flat = call.create(vector);
      flat.setName("t[]");
      Map<Slot, NDArray> slots = TorchProgram.slots();
      slots.put(
          Slot.X,
          program.reals(call, Rows.gaussians(ROWS * FEATURES, 8), new Shape(ROWS, FEATURES)));
      slots.put(Slot.Y, Labels.tensor(program, call, loss, labels(loss), ROWS, OUTPUTS));
      slots.put(Slot.VECTOR, flat);
      try (NDList result = program.run("gradient", slots)) {
        return DoubleStream.concat(
                DoubleStream.of(result.get(0).getDouble()),
                DoubleStream.of(result.get(1).toDoubleArray()))
            .toArray();
      }
    }
  }

  private static float[] labels(Loss loss) {
    float[] y = new float[loss == Loss.SOFTMAX_CROSS_ENTROPY ? ROWS : ROWS * OUTPUTS];
    for (int i = 0; i < y.length; i++) {
      y[i] =
          switch (loss) {
            case BINARY_CROSS_ENTROPY -> i % 2;
            case SOFTMAX_CROSS_ENTROPY -> i % OUTPUTS;
            case MEAN_SQUARED_ERROR, HUBER -> (i % 5) * 0.9f - 2;
          };
    }
    return y;
  }
}

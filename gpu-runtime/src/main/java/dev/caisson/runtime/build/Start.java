package dev.caisson.runtime.build;

import java.util.Arrays;
import java.util.Random;

/// How a weight's first values are drawn. The generator is `java.util.Random`, whose algorithms
/// (`nextGaussian` included) Java fixes.
sealed interface Start {
  /// Between `-bound` and `bound`.
  record Uniform(float bound) implements Start {}

  record Normal(double deviation) implements Start {}

  /// Takes nothing from the generator.
  record Same(float value) implements Start {}

  default float[] draw(int length, Random random) {
    float[] values = new float[length];
    draw(values, length, random);
    return values;
  }

  /// The same in pieces of any size: the next `length` values, at the front of `values`.
  default void draw(float[] values, int length, Random random) {
    switch (this) {
      case Uniform(float bound) -> {
        for (int i = 0; i < length; i++) {
          values[i] = (2 * random.nextFloat() - 1) * bound;
        }
      }
      case Normal(double deviation) -> {
        for (int i = 0; i < length; i++) {
          values[i] = (float) (random.nextGaussian() * deviation);
        }
      }
      case Same(float value) -> Arrays.fill(values, 0, length, value);
    }
  }

  /// Uniform within 1/√`inputs` of 0: what PyTorch's `nn.Linear` and `nn.Conv` draw for weights and
  /// biases (Kaiming uniform with a = √5).
  static Start byInputs(int inputs) {
    return new Uniform((float) (1 / Math.sqrt(inputs)));
  }

  /// Glorot and Bengio 2010, uniform.
  static Start xavier(int inputs, int outputs) {
    return new Uniform((float) Math.sqrt(6.0 / (inputs + outputs)));
  }

  /// He et al. 2015 for ReLU, normal, by the numbers that leave: as torchvision's ResNet draws.
  static Start he(int fanOut) {
    return new Normal(Math.sqrt(2.0 / fanOut));
  }
}

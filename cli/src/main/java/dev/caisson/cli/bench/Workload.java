package dev.caisson.cli.bench;

import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.Architecture;
import dev.caisson.runtime.build.Cnn;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.build.ResNet18;
import dev.caisson.runtime.build.Transformer;
import java.util.List;
import java.util.Locale;

/// What is trained in the measurement of engines. The peer's driver,
/// `benchmarks/peers/pytorch_engines.py`, knows the same names.
enum Workload {
  /// 784-256-128-10.
  MLP(64, true),
  /// LeNet-5 with ReLU and max pooling, for 28×28 pixels.
  LENET(64, true),
  /// Width 64, for 32×32 pixels in three colours.
  RESNET18(32, false),
  /// Two layers of width 128 over 64 steps.
  TRANSFORMER(32, false);

  private final int batch;
  private final boolean small;

  Workload(int batch, boolean small) {
    this.batch = batch;
    this.small = small;
  }

  int batch() {
    return batch;
  }

  /// Rows of the table that is trained on: an epoch takes a second or so at most.
  int rows() {
    return small ? 2048 : 4 * batch;
  }

  int warmUpSteps() {
    return small ? 64 : 4;
  }

  /// Samples per second that are aimed at, as a share of PyTorch's.
  double aim() {
    return small ? 1.0 : 0.9;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Our own model of this size, for measuring without the peer.
  Architecture architecture() {
    return switch (this) {
      case MLP -> ModelSpec.mlp(784, List.of(256, 128), 10, 1);
      case LENET ->
          new Cnn(
              1,
              List.of(28, 28),
              List.of(6, 16),
              5,
              2,
              List.of(120, 84),
              10,
              Activation.RELU,
              0,
              1);
      case RESNET18 -> new ResNet18(3, 32, 64, 10, 1);
      case TRANSFORMER -> new Transformer(0, 16, 64, 128, 4, 2, 512, 0, 3, 1);
    };
  }
}

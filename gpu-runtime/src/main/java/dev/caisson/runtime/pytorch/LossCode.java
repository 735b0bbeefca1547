package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.train.Loss;

/// The loss as an expression of an output and the labels: a mean over the batch.
final class LossCode {
  private LossCode() {}

  static String of(Loss loss, String output, String labels) {
    String function =
        switch (loss) {
          case BINARY_CROSS_ENTROPY -> "binary_cross_entropy_with_logits";
          case SOFTMAX_CROSS_ENTROPY -> "cross_entropy_loss";
          case MEAN_SQUARED_ERROR -> "mse_loss";
          case HUBER -> "huber_loss";
        };
    return "torch.%s(%s, %s)".formatted(function, output, labels);
  }
}

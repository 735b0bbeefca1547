package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.train.Loss;
import java.util.ArrayList;
import java.util.List;

/// The loss as an expression of an output and the labels: a mean over the batch.
final class LossCode {
  private LossCode() {}

  /// @param dims the output's shape, the batch first
  /// @param labels the labels, `[rows × labels per row]`
  static String of(Loss loss, List<Dim> dims, String output, String labels) {
    return switch (loss) {
      case SOFTMAX_CROSS_ENTROPY -> {
        List<Dim> positions = new ArrayList<>(dims);
        positions.remove(1);
        yield "torch.cross_entropy_loss(%s, torch.reshape(%s, %s))"
            .formatted(output, labels, Emission.shape(positions));
      }
      case BINARY_CROSS_ENTROPY ->
          pairwise("binary_cross_entropy_with_logits", dims, output, labels);
      case MEAN_SQUARED_ERROR -> pairwise("mse_loss", dims, output, labels);
      case HUBER -> pairwise("huber_loss", dims, output, labels);
    };
  }

  private static String pairwise(String function, List<Dim> dims, String output, String labels) {
    return "torch.%s(%s, %s)".formatted(function, rows(dims, output), labels);
  }

  /// The output as `[rows × numbers per row]`.
  static String rows(List<Dim> dims, String output) {
    return switch (dims.size()) {
      case 1 -> "torch.unsqueeze(%s, 1)".formatted(output);
      case 2 -> output;
      default -> "torch.flatten(%s, 1)".formatted(output);
    };
  }
}

package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.train.Features;
import java.util.ArrayList;
import java.util.List;

/// The graph's inputs as expressions of the rows `x`.
final class FeatureCode {
  private FeatureCode() {}

  /// The script's expression for each input.
  static List<String> of(Features features) {
    List<String> expressions = new ArrayList<>();
    List<Inferred> inputs = features.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Inferred input = inputs.get(i);
      int offset = features.offset(i);
      String part =
          inputs.size() == 1
              ? "x"
              : "torch.narrow(x, 1, %d, %d)".formatted(offset, features.offset(i + 1) - offset);
      if (input.rank() != 2) {
        part = "torch.reshape(%s, %s)".formatted(part, Emission.shape(input.dims()));
      }
      expressions.add(
          input.isReal() ? part : "torch.to(%s, %d)".formatted(part, TorchType.of(input.type())));
    }
    return expressions;
  }
}

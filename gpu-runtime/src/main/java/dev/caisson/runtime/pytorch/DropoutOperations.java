package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;
import java.util.Optional;

/// Dropout: active while training, absent while scoring. The mask comes from a generator of the
/// step's own seed: PyTorch's global seed would be shared by every study in the process.
final class DropoutOperations {
  static final Map<String, Operation> TABLE = Map.of("Dropout", DropoutOperations::dropout);

  private DropoutOperations() {}

  private static void dropout(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    if (node.has(2)) {
      Tensor mode =
          node.constant(2).orElseThrow(() -> node.lacks("a training_mode that is computed"));
      if (mode.longs()[0] != 0) {
        throw node.lacks(
            "training_mode=true, which would drop at random in scoring too; export in eval mode, or with training_mode false");
      }
    }
    float ratio = ratio(node);
    if (!(ratio >= 0 && ratio < 1)) {
      throw new InvalidModelException(
          "%s: ratio must be 0 <= x < 1, got %s".formatted(node.node().label(), ratio));
    }
    if (!node.training() || ratio == 0) {
      node.alias(0);
      return;
    }
    String keep = Emission.literal(1.0 - ratio);
    node.result(
        "torch.mul(%1$s, torch.div_(torch.bernoulli_(torch.empty_like(%1$s), %2$s, generator=torch.Generator(seed=torch.add(seed, %3$d))), %2$s))"
            .formatted(node.input(0), keep, node.nextRandomUse()));
  }

  private static float ratio(Emission node) throws UnsupportedModelException {
    if (!node.has(1)) {
      return 0.5f;
    }
    Optional<Tensor> ratio = node.constant(1);
    return ratio.orElseThrow(() -> node.lacks("a ratio that is computed")).floats()[0];
  }
}

package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Inference;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;

/// Dropout: active while training, absent while scoring. The mask comes from a generator of the
/// step's own seed: PyTorch's global seed would be shared by every study in the process.
final class DropoutOperations {
  static final Map<String, Operation> TABLE = Map.of("Dropout", DropoutOperations::dropout);

  private DropoutOperations() {}

  private static void dropout(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    if (node.has(2)) {
      if (node.known().number(2) != 0) {
        throw node.lacks(
            "training_mode=true, which would drop at random in scoring too; export in eval mode, or with training_mode false");
      }
    }
    float ratio = ratio(node.known());
    if (node.gives(1)) {
      throw node.lacks("the mask as an output");
    }
    if (!node.training() || ratio == 0) {
      node.alias(0);
      return;
    }
    node.result(masked(node.input(0), ratio, node.nextRandomUse()));
  }

  /// The value with some of its numbers zero, and the others larger to make up for it.
  ///
  /// @param use tells several masks of one step apart
  static String masked(String value, double ratio, int use) {
    return "torch.mul(%1$s, torch.div_((self).mask(%1$s, %2$s, torch.add(seed, %3$d)), %2$s))"
        .formatted(value, Emission.literal(1.0 - ratio), use);
  }

  /// The part that is dropped, which the file must fix.
  static float ratio(Inference node) throws UnsupportedModelException, InvalidModelException {
    if (!node.has(1)) {
      return 0.5f;
    }
    Tensor tensor =
        node.stored(1)
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        "%s: the pytorch engine lacks a ratio that is computed"
                            .formatted(node.node().label())));
    if (tensor.elements() != 1 || !Inferred.isReal(tensor.type())) {
      throw node.wrong("ratio must be one real number");
    }
    float ratio = tensor.floats()[0];
    if (!(ratio >= 0 && ratio < 1)) {
      throw node.wrong("ratio must be 0 <= x < 1, got " + ratio);
    }
    return ratio;
  }

  /// The function that draws masks of zeros and ones. On the processor by PyTorch's generator. A
  /// program cannot have a generator on a GPU, so there each place of the mask is hashed with the
  /// seed: the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
  /// generators", 2014), its upper 24 bits compared with the part that is kept.
  static final String MASK =
      """
        def mask(self, x: Tensor, keep: float, seed: int) -> Tensor:
          if ops.prim.is_cuda(x):
            z = torch.arange(torch.numel(x), dtype=4, device=ops.prim.device(x))
            z = torch.mul_(torch.add_(z, torch.add(torch.mul(seed, 4294967296), 1)), -7046029254386353131)
            z = torch.bitwise_xor(z, torch.bitwise_and(torch.bitwise_right_shift(z, 30), 17179869183))
            z = torch.mul_(z, -4658895280553007687)
            z = torch.bitwise_xor(z, torch.bitwise_and(torch.bitwise_right_shift(z, 27), 137438953471))
            z = torch.mul_(z, -7723592293110705685)
            z = torch.bitwise_and(torch.bitwise_right_shift(z, 40), 16777215)
            kept = torch.lt(z, torch.mul(keep, 16777216.0))
            drawn = torch.reshape(torch.to(kept, ops.prim.dtype(x)), torch.size(x))
          else:
            drawn = torch.bernoulli_(torch.empty_like(x), keep, generator=torch.Generator(seed=seed))
          return drawn
      """;
}

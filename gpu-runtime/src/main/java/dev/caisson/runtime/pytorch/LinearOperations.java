package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;

/// Matrix products.
final class LinearOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Gemm",
          LinearOperations::gemm,
          "MatMul",
          node -> node.result("torch.matmul(%s, %s)".formatted(node.input(0), node.input(1))));

  private LinearOperations() {}

  /// alpha · A' · B' + beta · C, where ' transposes if asked.
  private static void gemm(Emission node) throws UnsupportedModelException, InvalidModelException {
    String a = transposed(node, 0, "transA");
    String b = transposed(node, 1, "transB");
    float alpha = node.node().real("alpha", 1);
    float beta = node.node().real("beta", 1);
    if (node.has(2)) {
      node.result(
          "torch.addmm(%s, %s, %s, beta=%s, alpha=%s)"
              .formatted(node.input(2), a, b, Emission.literal(beta), Emission.literal(alpha)));
    } else if (alpha == 1) {
      node.result("torch.mm(%s, %s)".formatted(a, b));
    } else {
      node.result("torch.mul(torch.mm(%s, %s), %s)".formatted(a, b, Emission.literal(alpha)));
    }
  }

  private static String transposed(Emission node, int position, String attribute)
      throws UnsupportedModelException, InvalidModelException {
    String input = node.input(position);
    return node.node().whole(attribute, 0) == 0 ? input : "torch.t(%s)".formatted(input);
  }
}

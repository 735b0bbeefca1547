package dev.caisson.runtime.pytorch;

import static dev.caisson.runtime.pytorch.Emission.literal;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Matrix products.
final class LinearOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Gemm", LinearOperations::gemm,
          "MatMul", ArithmeticOperations.binary("matmul"),
          "Einsum", LinearOperations::einsum);

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
              .formatted(node.input(2), a, b, literal(beta), literal(alpha)));
    } else if (alpha == 1) {
      node.result("torch.mm(%s, %s)".formatted(a, b));
    } else {
      node.result("torch.mul(torch.mm(%s, %s), %s)".formatted(a, b, literal(alpha)));
    }
  }

  private static String transposed(Emission node, int position, String attribute)
      throws UnsupportedModelException, InvalidModelException {
    String input = node.input(position);
    return node.node().whole(attribute, 0) == 0 ? input : "torch.t(%s)".formatted(input);
  }

  private static void einsum(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < node.node().inputs().size(); i++) {
      inputs.add(node.input(i));
    }
    // The rule of shapes has let only letters, commas and '->' through.
    String equation = node.node().text("equation", "").replace(" ", "");
    node.result("torch.einsum(\"%s\", [%s])".formatted(equation, String.join(", ", inputs)));
  }
}

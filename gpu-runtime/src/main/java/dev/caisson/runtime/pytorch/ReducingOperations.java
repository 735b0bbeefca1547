package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;
import java.util.SortedSet;

/// What makes one number of many along some axes.
final class ReducingOperations {
  static final Map<String, Operation> TABLE =
      Map.ofEntries(
          Map.entry("ReduceMean", reduction("torch.mean(%s, %s, %s)")),
          Map.entry("ReduceSum", reduction("torch.sum(%s, %s, %s)")),
          Map.entry("ReduceMax", extreme("torch.amax(%s, %s, %s)")),
          Map.entry("ReduceMin", extreme("torch.amin(%s, %s, %s)")),
          Map.entry("ReduceL1", reduction("torch.sum(torch.abs(%s), %s, %s)")),
          Map.entry("ReduceL2", reduction("torch.sqrt(torch.sum(torch.square(%s), %s, %s))")),
          Map.entry("ReduceLogSum", reduction("torch.log(torch.sum(%s, %s, %s))")),
          Map.entry("ReduceLogSumExp", reduction("torch.logsumexp(%s, %s, %s)")),
          Map.entry("ReduceSumSquare", reduction("torch.sum(torch.square(%s), %s, %s)")),
          Map.entry("ReduceProd", ReducingOperations::product),
          Map.entry("LpNormalization", ReducingOperations::lpNormalization));

  private ReducingOperations() {}

  /// @param template of the input, the list of axes and whether these stay
  private static Operation reduction(String template) {
    return node -> {
      SortedSet<Integer> axes = node.known().axes();
      if (axes.isEmpty()) {
        elementwise(node, template);
      } else {
        node.result(template.formatted(node.input(0), axes.toString(), keep(node)));
      }
    };
  }

  /// The largest or smallest of no numbers would be infinite, which PyTorch refuses.
  private static Operation extreme(String template) {
    return node -> {
      for (int axis : node.known().axes()) {
        if (node.known().dims(0).get(axis).is(0)) {
          throw node.lacks("the extreme of no numbers");
        }
      }
      reduction(template).emit(node);
    };
  }

  /// Over no axes: each number is reduced by itself. A new axis of one number does for that.
  private static void elementwise(Emission node, String template)
      throws UnsupportedModelException, InvalidModelException {
    String single = "torch.unsqueeze(%s, 0)".formatted(node.input(0));
    node.result(template.formatted(single, "[0]", "False"));
  }

  private static String keep(Emission node) throws InvalidModelException {
    return node.node().whole("keepdims", 1) != 0 ? "True" : "False";
  }

  /// PyTorch multiplies along one axis at a time.
  private static void product(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    String result = node.input(0);
    for (int axis : node.known().axes().reversed()) {
      result = "torch.prod(%s, %d, %s)".formatted(result, axis, keep(node));
    }
    node.result(result);
  }

  private static void lpNormalization(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    int axis = node.known().axis("axis", -1, node.known().input(0).rank());
    long p = node.node().whole("p", 2);
    String x = node.input(0);
    String norm =
        p == 1
            ? "torch.sum(torch.abs(%s), [%d], True)".formatted(x, axis)
            : "torch.sqrt(torch.sum(torch.square(%s), [%d], True))".formatted(x, axis);
    node.result("torch.div(%s, %s)".formatted(x, norm));
  }
}

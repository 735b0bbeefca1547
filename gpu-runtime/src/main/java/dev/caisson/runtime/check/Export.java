package dev.caisson.runtime.check;

import dev.caisson.runtime.check.Finding.Severity;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import java.util.List;
import java.util.Set;

/// What an exporter may have left out: layers of the model that the file no longer has.
final class Export {
  private static final Set<String> NORMALISATIONS =
      Set.of(
          "BatchNormalization",
          "GroupNormalization",
          "InstanceNormalization",
          "LayerNormalization",
          "LRN");

  private static final String IN_TRAIN_MODE =
      "export by the recipe in docs/how-to/export-from-pytorch.md (train mode, dynamo=True, optimize=False)";

  /// So many convolutions without any normalisation are rare in today's nets.
  private static final int DEEP = 5;

  private Export() {}

  static void check(OnnxModel model, List<Finding> findings) {
    List<Node> nodes = model.graph().nodes();
    if (!has(nodes, Set.of("BatchNormalization"))) {
      batchNorm(model, findings);
    }
    if (!has(nodes, Set.of("Dropout"))) {
      dropout(model, findings);
    }
  }

  private static void batchNorm(OnnxModel model, List<Finding> findings) {
    boolean said =
        model.origin().modules().stream()
            .anyMatch(name -> name.startsWith("BatchNorm") || name.contains("FuseBatchNorm"));
    List<Node> convolutions =
        model.graph().nodes().stream().filter(node -> isConvolution(node)).toList();
    Node folded = convolutions.stream().filter(Export::looksFolded).findFirst().orElse(null);
    if (said || folded != null) {
      findings.add(
          new Finding(
              Severity.WARNING,
              folded == null ? "model" : folded.label(),
              "%s: the exporter folded BatchNorm into the weights of a layer, so the normalisation is gone and another model trains; %s"
                  .formatted(
                      said
                          ? "the file says that a node came from a BatchNorm, and has none"
                          : "its weights have names that the exporter gives to joined ones",
                      IN_TRAIN_MODE)));
    } else if (convolutions.size() >= DEEP && !has(model.graph().nodes(), NORMALISATIONS)) {
      findings.add(
          new Finding(
              Severity.WARNING,
              "model",
              "%d convolutions and no normalisation: if the model has BatchNorm, the exporter folded it into the weights and another model trains; %s"
                  .formatted(convolutions.size(), IN_TRAIN_MODE)));
    }
  }

  private static boolean isConvolution(Node node) {
    return node.operation().equals("Conv") || node.operation().equals("ConvTranspose");
  }

  /// The names that torch.onnx gives to the weights and biases that it joined with a BatchNorm.
  private static boolean looksFolded(Node node) {
    return node.input(1).startsWith("onnx::Conv")
        || node.input(2).startsWith("onnx::Conv")
        || node.input(2).endsWith(".weight_bias");
  }

  private static void dropout(OnnxModel model, List<Finding> findings) {
    boolean said = model.origin().modules().stream().anyMatch(name -> name.contains("Dropout"));
    if (said) {
      findings.add(
          new Finding(
              Severity.WARNING,
              "model",
              "the file says that a node came from a Dropout, and has none, so training goes without; "
                  + IN_TRAIN_MODE));
    } else if (model.origin().producer().equals("pytorch")
        && model.layout().parameters().size() > 2) {
      findings.add(
          new Finding(
              Severity.NOTE,
              "model",
              "no Dropout: an export in eval mode leaves it out without a trace; if the model has it, "
                  + IN_TRAIN_MODE));
    }
  }

  private static boolean has(List<Node> nodes, Set<String> operations) {
    return nodes.stream().anyMatch(node -> operations.contains(node.operation()));
  }
}

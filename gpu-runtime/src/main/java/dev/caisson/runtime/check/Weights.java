package dev.caisson.runtime.check;

import dev.caisson.runtime.check.Finding.Severity;
import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.Constant;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.ExporterNames;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What trains, and what looks like a weight but does not.
final class Weights {
  private static final String RECIPE =
      "export with dynamo=True, optimize=False, which keeps every tensor under its own name";

  /// Fewer numbers than this are no layer's weights.
  private static final int LARGE = 64;

  private static final Set<ElementType> OTHER_REALS =
      Set.of(ElementType.FLOAT16, ElementType.DOUBLE);

  private Weights() {}

  static void check(OnnxModel model, List<Finding> findings) {
    if (model.layout().parameters().stream()
        .noneMatch(parameter -> parameter.kind() == Parameter.Kind.WEIGHT)) {
      findings.add(
          new Finding(
              Severity.REFUSED,
              "model",
              "there is nothing to train: no float initializer is the weight of a layer; the reasons stand beside each constant"));
    }
    madeUpNames(model, findings);
    model.constants().forEach(constant -> constant(model, constant, findings));
    model.graph().nodes().forEach(node -> inNode(node, findings));
    declared(model, "caisson.tied", "have several readers, which train them together", findings);
    declared(model, "caisson.frozen", "stay as they are", findings);
  }

  private static void madeUpNames(OnnxModel model, List<Finding> findings) {
    List<String> names =
        model.layout().parameters().stream()
            .map(Parameter::name)
            .filter(ExporterNames::madeUp)
            .toList();
    if (!names.isEmpty()) {
      findings.add(
          new Finding(
              Severity.WARNING,
              names.getFirst(),
              "%d weights have names that the exporter made up (%s): it folded or rearranged them, as it does with an LSTM's, so they train but cannot go back into the model that they came from; %s"
                  .formatted(
                      names.size(),
                      names.stream().limit(5).collect(Collectors.joining(", ")),
                      RECIPE)));
    }
  }

  private static void constant(OnnxModel model, Constant constant, List<Finding> findings) {
    if (constant.shape().rank() == 0 || constant.shape().elements() < 2) {
      return;
    }
    if (OTHER_REALS.contains(constant.type())) {
      findings.add(
          new Finding(
              Severity.WARNING,
              constant.name(),
              "its %s numbers stay as they are: only FLOAT trains; call model.float() before the export"
                  .formatted(constant.type())));
    } else if (constant.doubtful() && !ExporterNames.madeUp(constant.name())) {
      findings.add(
          new Finding(
              Severity.WARNING,
              constant.name(),
              "stays as it is: %s; if it is a weight, name it in the metadata caisson.trained, if not, in caisson.frozen"
                  .formatted(constant.reason())));
    } else if (constant.doubtful()) {
      findings.add(
          new Finding(
              isUniform(model, constant.name()) ? Severity.NOTE : Severity.WARNING,
              constant.name(),
              "stays as it is: %s; if it was a weight (the scale of a GroupNorm, say), %s, or name it in the metadata caisson.trained"
                  .formatted(constant.reason(), RECIPE)));
    }
  }

  /// All ones or all zeros: most likely the dummy scale or shift of a normalisation without
  /// weights.
  private static boolean isUniform(OnnxModel model, String initializer) {
    return model.graph().initializers().stream()
        .filter(tensor -> tensor.name().equals(initializer))
        .allMatch(
            tensor -> {
              var values = tensor.content().asFloatBuffer();
              for (int i = 1; i < values.limit(); i++) {
                if (values.get(i) != values.get(0)) {
                  return false;
                }
              }
              return true;
            });
  }

  private static void inNode(Node node, List<Finding> findings) {
    if (node.operation().equals("Constant")
        && node.attributes().get("value") instanceof Attribute.Stored(var value)
        && value.type() == ElementType.FLOAT
        && value.elements() >= LARGE) {
      findings.add(
          new Finding(
              Severity.WARNING,
              node.label(),
              "holds %d numbers that do not train, since they are in a node and not among the initializers; register them as an nn.Parameter, if they are weights, and %s"
                  .formatted(value.elements(), RECIPE)));
    }
  }

  private static void declared(
      OnnxModel model, String key, String meaning, List<Finding> findings) {
    List<String> names =
        Arrays.stream(model.metadata().getOrDefault(key, "").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList();
    if (!names.isEmpty()) {
      findings.add(
          new Finding(
              Severity.NOTE,
              key,
              "the file says that these %s: %s".formatted(meaning, String.join(", ", names))));
    }
  }
}

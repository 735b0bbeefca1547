package dev.caisson.runtime.check;

import dev.caisson.runtime.check.Finding.Severity;
import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Inputs, outputs and modes: how the graph meets rows and loss.
final class Wiring {
  private final OnnxModel model;
  private final List<Finding> findings;
  private final Map<String, Tensor> stored = new HashMap<>();
  private final Map<String, Node> makers = new HashMap<>();

  private Wiring(OnnxModel model, List<Finding> findings) {
    this.model = model;
    this.findings = findings;
    model.graph().initializers().forEach(tensor -> stored.put(tensor.name(), tensor));
    for (Node node : model.graph().nodes()) {
      node.outputs().forEach(output -> makers.put(output, node));
      if (node.attributes().get("value") instanceof Attribute.Stored(Tensor value)
          && node.operation().equals("Constant")) {
        node.outputs().forEach(output -> stored.put(output, value));
      }
    }
  }

  static void check(OnnxModel model, List<Finding> findings) {
    Wiring wiring = new Wiring(model, findings);
    model.graph().inputs().forEach(wiring::input);
    wiring.output();
    model.graph().nodes().forEach(wiring::mode);
    model.graph().nodes().forEach(wiring::reshape);
  }

  private void input(ValueInfo input) {
    if (!input.known() || input.shape().rank() == 0) {
      warn(
          input.name(),
          "the input has no shape; export with example inputs and dynamic_shapes for the batch");
      return;
    }
    if (input.shape().dimension(0) != Shape.FREE) {
      warn(
          input.name(),
          "the batch is fixed at %d rows; export with its first dimension free (dynamic_shapes={\"%s\": {0: \"batch\"}})"
              .formatted(input.shape().dimension(0), input.name()));
    }
    if (input.shape().dimensions().stream().skip(1).anyMatch(size -> size == Shape.FREE)) {
      warn(
          input.name(),
          "a dimension beside the batch is free in shape %s; a table's rows have one length, so fix it in the export"
              .formatted(input.shape()));
    }
  }

  private void output() {
    List<ValueInfo> outputs = model.graph().outputs();
    String name = outputs.getFirst().name();
    Node last = makers.get(name);
    if (last != null) {
      switch (last.operation()) {
        case "Softmax", "LogSoftmax" ->
            warn(
                last.label(),
                "the output '%s' ends in %s, and the cross-entropy loss takes it a second time; leave the last layer out of the export, scores are made from logits later"
                    .formatted(name, last.operation()));
        case "Sigmoid" ->
            warn(
                last.label(),
                "the output '%s' ends in Sigmoid, and the binary cross-entropy loss takes it a second time; leave the last layer out of the export (for another loss it is fine)"
                    .formatted(name));
        default -> {
          // any other operation may end in logits
        }
      }
    }
    if (outputs.size() > 1) {
      findings.add(
          new Finding(
              Severity.NOTE,
              name,
              "the model has %d outputs; training and scoring use this first one"
                  .formatted(outputs.size())));
    }
  }

  private void mode(Node node) {
    boolean training =
        switch (node.operation()) {
          case "BatchNormalization" ->
              node.attributes().get("training_mode") instanceof Attribute.Whole(long value)
                  && value != 0;
          case "Dropout" -> isTrue(stored.get(node.input(2)));
          default -> false;
        };
    if (training) {
      warn(
          node.label(),
          "training_mode is on, so the file gives random or batch-dependent outputs wherever it is scored; clear it as the recipe in docs/how-to/export-from-pytorch.md does (training switches it on by itself)");
    }
  }

  private static boolean isTrue(@Nullable Tensor tensor) {
    return tensor != null
        && tensor.type() == ElementType.BOOL
        && tensor.elements() == 1
        && tensor.longs()[0] != 0;
  }

  /// A value of the batch's size cannot become one of a size that leaves no room for it.
  private void reshape(Node node) {
    Tensor shape = stored.get(node.input(1));
    if (!node.operation().equals("Reshape")
        || shape == null
        || shape.type() != ElementType.INT64
        || stored.containsKey(node.input(0))
        || shape.elements() == 0
        || shape.elements() > 8) {
      return;
    }
    long[] sizes = shape.longs();
    for (long size : sizes) {
      if (size <= 0) {
        return;
      }
    }
    warn(
        node.label(),
        "reshapes to %s, with no room for another number of rows; write the batch as -1 or x.shape[0] in the model's code (a value without a batch is fine)"
            .formatted(Arrays.toString(sizes)));
  }

  private void warn(String subject, String words) {
    findings.add(new Finding(Severity.WARNING, subject, words));
  }
}

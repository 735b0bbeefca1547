package dev.caisson.runtime.build;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Linear layers one after the other. Weights and biases are uniform within 1/√inputs of 0, as
/// PyTorch draws them for `nn.Linear`; the generator is `java.util.Random`, whose algorithm Java
/// fixes.
final class LayerStack {
  private static final int OPSET = 20;

  private final List<Node> nodes = new ArrayList<>();
  private final List<Tensor> initializers = new ArrayList<>();
  private final Random random;
  private String last = "features";

  private LayerStack(long seed) {
    this.random = new Random(seed);
  }

  static OnnxModel build(ModelSpec spec) {
    LayerStack stack = new LayerStack(spec.seed());
    if (spec.dropout() > 0) {
      stack.initializers.add(
          Tensor.ofFloats("dropout.ratio", Shape.of(), new float[] {(float) spec.dropout()}));
    }
    int width = spec.inputs();
    int layer = 1;
    for (int hidden : spec.hidden()) {
      stack.linear("fc" + layer, width, hidden, "fc" + layer + ".out");
      stack.node(
          "act" + layer,
          spec.activation().operation(),
          List.of(stack.last),
          "act" + layer + ".out");
      if (spec.dropout() > 0) {
        stack.node(
            "drop" + layer,
            "Dropout",
            List.of(stack.last, "dropout.ratio"),
            "drop" + layer + ".out");
      }
      width = hidden;
      layer++;
    }
    stack.linear("fc" + layer, width, spec.outputs(), "logits");
    Graph graph =
        new Graph(
            spec.hidden().isEmpty() ? "logistic" : "mlp",
            List.of(
                ValueInfo.of("features", ElementType.FLOAT, Shape.of(Shape.FREE, spec.inputs()))),
            List.of(
                ValueInfo.of("logits", ElementType.FLOAT, Shape.of(Shape.FREE, spec.outputs()))),
            stack.nodes,
            stack.initializers);
    try {
      return OnnxModel.of(graph, OPSET);
    } catch (InvalidModelException e) {
      throw new IllegalStateException("a stack of layers is a sound graph", e);
    }
  }

  private void linear(String name, int inputs, int outputs, String output) {
    float bound = (float) (1 / Math.sqrt(inputs));
    initializers.add(
        Tensor.ofFloats(
            name + ".weight", Shape.of(outputs, inputs), uniform(outputs * inputs, bound)));
    initializers.add(Tensor.ofFloats(name + ".bias", Shape.of(outputs), uniform(outputs, bound)));
    nodes.add(
        new Node(
            name,
            "Gemm",
            List.of(last, name + ".weight", name + ".bias"),
            List.of(output),
            Map.of("transB", new Attribute.Whole(1))));
    last = output;
  }

  private void node(String name, String operation, List<String> inputs, String output) {
    nodes.add(new Node(name, operation, inputs, List.of(output), Map.of()));
    last = output;
  }

  private float[] uniform(int length, float bound) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (2 * random.nextFloat() - 1) * bound;
    }
    return values;
  }
}

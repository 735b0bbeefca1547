package dev.caisson.runtime.pytorch;

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

/// A graph put together node by node, ending in the value of the last node. Weights are Gaussian,
/// scaled down by a half.
final class Graphs {
  private final List<Node> nodes = new ArrayList<>();
  private final List<Tensor> initializers = new ArrayList<>();

  Graphs weight(String name, long... dimensions) {
    Shape shape = Shape.of(dimensions);
    float[] values = Rows.gaussians((int) shape.elements(), name.hashCode());
    for (int i = 0; i < values.length; i++) {
      values[i] *= 0.5f;
    }
    initializers.add(Tensor.ofFloats(name, shape, values));
    return this;
  }

  Graphs scalar(String name, float value) {
    initializers.add(Tensor.ofFloats(name, Shape.of(), new float[] {value}));
    return this;
  }

  Graphs node(String operation, String output, List<String> inputs) {
    return node(operation, output, inputs, Map.of());
  }

  Graphs node(
      String operation, String output, List<String> inputs, Map<String, Attribute> attributes) {
    nodes.add(new Node(operation + nodes.size(), operation, inputs, List.of(output), attributes));
    return this;
  }

  OnnxModel model(int features) throws InvalidModelException {
    String last = nodes.getLast().outputs().getFirst();
    return OnnxModel.of(
        new Graph(
            "test",
            List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, features))),
            List.of(new ValueInfo(last, ElementType.FLOAT, Shape.of(), false)),
            nodes,
            initializers),
        20);
  }
}

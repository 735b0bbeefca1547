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
import java.util.Arrays;
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

  /// Numbers of 0.5 and more, such as variances.
  Graphs positive(String name, long... dimensions) {
    Shape shape = Shape.of(dimensions);
    float[] values = Rows.gaussians((int) shape.elements(), name.hashCode());
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.5f + Math.abs(values[i]);
    }
    initializers.add(Tensor.ofFloats(name, shape, values));
    return this;
  }

  /// A list of real numbers that no rule takes for a weight.
  Graphs reals(String name, float... values) {
    initializers.add(Tensor.ofFloats(name, Shape.of(values.length), values));
    return this;
  }

  Graphs scalar(String name, float value) {
    initializers.add(Tensor.ofFloats(name, Shape.of(), new float[] {value}));
    return this;
  }

  Graphs node(String operation, String output, List<String> inputs) {
    return node(operation, output, inputs, Map.of());
  }

  /// With several outputs and no settings.
  Graphs node(String operation, List<String> outputs, List<String> inputs) {
    nodes.add(new Node(operation + nodes.size(), operation, inputs, outputs, Map.of()));
    return this;
  }

  Graphs node(
      String operation, String output, List<String> inputs, Map<String, Attribute> attributes) {
    return nodeOf(operation, List.of(output), inputs, attributes);
  }

  /// A node of several outputs, of which some may be left out ("").
  Graphs nodeOf(
      String operation,
      List<String> outputs,
      List<String> inputs,
      Map<String, Attribute> attributes) {
    nodes.add(new Node(operation + nodes.size(), operation, inputs, outputs, attributes));
    return this;
  }

  /// One whole-numbered list, as a Constant node.
  Graphs wholes(String name, long... values) {
    return node("Constant", name, List.of(), Map.of("value_ints", Graphs.list(values)));
  }

  /// The input of `features` numbers, mixed by a weight into a tensor of this shape per row: so a
  /// gradient flows through whatever comes next.
  Graphs mixed(String name, int features, long... perRow) {
    long numbers = Shape.of(perRow).elements();
    long[] shape = new long[perRow.length + 1];
    shape[0] = -1;
    System.arraycopy(perRow, 0, shape, 1, perRow.length);
    return weight(name + ".weight", features, numbers)
        .node("MatMul", name + ".flat", List.of("x", name + ".weight"))
        .wholes(name + ".shape", shape)
        .node("Reshape", name, List.of(name + ".flat", name + ".shape"));
  }

  static Attribute list(long... values) {
    return new Attribute.Wholes(Arrays.stream(values).boxed().toList());
  }

  OnnxModel model(int features) throws InvalidModelException {
    return model(features, 20);
  }

  OnnxModel model(int features, int opset) throws InvalidModelException {
    String last = nodes.getLast().outputs().getFirst();
    return OnnxModel.of(
        new Graph(
            "test",
            List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, features))),
            List.of(new ValueInfo(last, ElementType.FLOAT, Shape.of(), false)),
            nodes,
            initializers),
        opset);
  }
}

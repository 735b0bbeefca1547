package dev.caisson.runtime.dl4j;

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
import java.util.Random;
import java.util.function.DoubleSupplier;

/// A small graph on the input "x", put together from the inside out: each method adds something and
/// returns the name of its value. Numbers follow from a fixed seed.
final class OperationGraph {
  private final List<Node> nodes = new ArrayList<>();
  private final List<Tensor> initializers = new ArrayList<>();
  private final Random random = new Random(5);
  private int names;

  /// Gaussian numbers.
  String weight(long... dimensions) {
    return scaled(1, dimensions);
  }

  /// Gaussian numbers that keep a sum of this many products near the size of the inputs.
  String kernel(int products, long... dimensions) {
    return scaled(1 / Math.sqrt(products), dimensions);
  }

  private String scaled(double scale, long... dimensions) {
    return drawn(() -> scale * random.nextGaussian(), dimensions);
  }

  /// Numbers from 0.5 to 1.5, such as variances and divisors.
  String positive(long... dimensions) {
    return drawn(() -> 0.5 + random.nextDouble(), dimensions);
  }

  private String drawn(DoubleSupplier source, long... dimensions) {
    Shape shape = Shape.of(dimensions);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) source.getAsDouble();
    }
    return stored(values, dimensions);
  }

  String scalar(double value) {
    return stored(new float[] {(float) value});
  }

  String stored(float[] values, long... dimensions) {
    String name = "w" + names++;
    initializers.add(Tensor.ofFloats(name, Shape.of(dimensions), values));
    return name;
  }

  String wholes(long... values) {
    String name = "l" + names++;
    initializers.add(Tensor.ofLongs(name, Shape.of(values.length), values));
    return name;
  }

  String node(String operation, String... inputs) {
    return node(operation, Map.of(), inputs);
  }

  String node(String operation, Map<String, Attribute> attributes, String... inputs) {
    return nodes(operation, 1, attributes, inputs).getFirst();
  }

  /// A node of several outputs.
  List<String> nodes(
      String operation, int outputs, Map<String, Attribute> attributes, String... inputs) {
    String name = operation + "_" + names++;
    List<String> values = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      values.add(name + "." + i);
    }
    nodes.add(new Node(name, operation, List.of(inputs), values, attributes));
    return values;
  }

  /// A layer with a bias.
  String dense(String input, int from, int to) {
    return node("Gemm", input, kernel(from, from, to), weight(to));
  }

  /// A convolution of the input's two channels to as many, each number by itself.
  String mixed(int channels) {
    return node(
        "Conv",
        Map.of("kernel_shape", list(1, 1)),
        "x",
        kernel(2, channels, 2, 1, 1),
        weight(channels));
  }

  /// Two outputs of all the `numbers` of a row.
  String head(String input, int numbers) {
    return dense(node("Flatten", input), numbers, 2);
  }

  static Attribute list(long... values) {
    return new Attribute.Wholes(Arrays.stream(values).boxed().toList());
  }

  static Attribute whole(long value) {
    return new Attribute.Whole(value);
  }

  static Attribute real(double value) {
    return new Attribute.Real((float) value);
  }

  static Attribute text(String value) {
    return new Attribute.Text(value);
  }

  OnnxModel model(String output, long... perRow) throws InvalidModelException {
    long[] input = new long[perRow.length + 1];
    input[0] = Shape.FREE;
    System.arraycopy(perRow, 0, input, 1, perRow.length);
    return OnnxModel.of(
        new Graph(
            "test",
            List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(input))),
            List.of(new ValueInfo(output, ElementType.FLOAT, Shape.of(), false)),
            nodes,
            initializers),
        20);
  }
}

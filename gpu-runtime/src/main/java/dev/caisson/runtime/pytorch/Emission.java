package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inference;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// One node while it is being written: what an [Operation] may ask and say.
final class Emission {
  /// Where the rows `x` are: what a program makes for itself is made there.
  static final String DEVICE = "ops.prim.device(x)";

  private final GraphWriter graph;
  private final Node node;
  private final Inference known;

  Emission(GraphWriter graph, Node node, Inference known) {
    this.graph = graph;
    this.node = node;
    this.known = known;
  }

  Node node() {
    return node;
  }

  /// Types, shapes and known numbers of the node's inputs and outputs.
  Inference known() {
    return known;
  }

  /// Whether the optional input is there.
  boolean has(int position) {
    return !node.input(position).isEmpty();
  }

  /// Whether the optional output is there and something needed reads it.
  boolean gives(int position) {
    return position < node.outputs().size() && graph.isRead(node.outputs().get(position));
  }

  /// The script's name for an input.
  String input(int position) throws UnsupportedModelException, InvalidModelException {
    if (!has(position)) {
      throw lacks("input %d, which is left out".formatted(position));
    }
    return graph.variable(node.input(position), this);
  }

  /// The same, or `None` where it is left out.
  String optional(int position) throws UnsupportedModelException, InvalidModelException {
    return has(position) ? input(position) : "None";
  }

  /// The input's value where the file fixes it.
  Optional<Tensor> constant(int position) throws InvalidModelException {
    return known.stored(position);
  }

  /// Whether planes are kept with their channels next to each other in memory. LeNet trains a
  /// quarter faster so; a ResNet gained nothing, and its results were further from those in double
  /// precision, so graphs with BatchNormalization keep PyTorch's usual order.
  boolean channelsLast() {
    return !graph.has("BatchNormalization");
  }

  /// Whether the graph is written for training or for scoring.
  boolean training() {
    return graph.training();
  }

  /// Whether the input is one of the running statistics, which training keeps up to date.
  boolean isStatistic(int position) {
    return graph.isStatistic(node.input(position));
  }

  /// PyTorch's number for an element type.
  int torchType(ElementType type) {
    return Inferred.isReal(type) ? graph.real() : TorchType.of(type);
  }

  /// A small number of this node's own, for randomness within a step.
  int nextRandomUse() {
    return graph.nextRandomUse();
  }

  /// Gives the program numbers that were worked out; their name in the script.
  String store(Shape shape, float[] numbers) throws UnsupportedModelException {
    return graph.store(Tensor.ofFloats(node.name(), shape, numbers), this);
  }

  /// The same for a list of whole numbers.
  String store(List<Long> numbers) throws UnsupportedModelException {
    long[] copy = numbers.stream().mapToLong(Long::longValue).toArray();
    return graph.store(Tensor.ofLongs(node.name(), Shape.of(copy.length), copy), this);
  }

  /// Says what the node's first output is.
  void result(String expression) {
    result(0, expression);
  }

  /// Says what one of the node's outputs is.
  void result(int output, String expression) {
    graph.assign(node, output, expression);
  }

  /// Names something between; gives the name.
  String local(String expression) {
    return graph.local(node, expression);
  }

  /// Calls a function that gives several tensors; their names.
  List<String> locals(int count, String expression) {
    return graph.locals(node, count, expression);
  }

  /// Writes lines as they are, such as a loop.
  void block(String lines) {
    graph.block(node, lines);
  }

  /// The node's first output is one of its inputs.
  void alias(int position) throws UnsupportedModelException, InvalidModelException {
    graph.name(node.outputs().getFirst(), input(position));
  }

  UnsupportedModelException lacks(String what) {
    return new UnsupportedModelException(
        "%s: the pytorch engine lacks %s".formatted(node.label(), what));
  }

  /// A number as TorchScript reads it back exactly.
  static String literal(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    return Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Double.toString(value);
  }

  /// A size, in terms of the rows in the batch, `n`.
  static String size(Dim dim) {
    if (dim.isFixed()) {
      return Long.toString(dim.fixed());
    }
    String rows = dim.perRow() == 1 ? "n" : "torch.mul(n, %d)".formatted(dim.perRow());
    return dim.fixed() == 0 ? rows : "torch.add(%s, %d)".formatted(rows, dim.fixed());
  }

  /// The whole numbers from 0 to below a size.
  static String count(String size) {
    return "torch.arange(%s, dtype=4, device=%s)".formatted(size, DEVICE);
  }

  /// A list of sizes.
  static String sizes(List<Dim> dims) {
    return dims.stream().map(Emission::size).collect(Collectors.joining(", ", "[", "]"));
  }

  /// Sizes for a reshape: the one that depends on the batch is left to PyTorch.
  static String shape(List<Dim> dims) {
    if (dims.stream().anyMatch(d -> d.is(0))
        || dims.stream().filter(d -> !d.isFixed()).count() != 1) {
      return sizes(dims);
    }
    return dims.stream()
        .map(d -> d.isFixed() ? size(d) : "-1")
        .collect(Collectors.joining(", ", "[", "]"));
  }
}

package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Optional;

/// One node while it is being written: what an [Operation] may ask and say.
final class Emission {
  private final GraphWriter graph;
  private final Node node;

  Emission(GraphWriter graph, Node node) {
    this.graph = graph;
    this.node = node;
  }

  Node node() {
    return node;
  }

  /// Whether the optional input is there.
  boolean has(int position) {
    return !node.input(position).isEmpty();
  }

  /// The script's name for an input.
  String input(int position) throws UnsupportedModelException {
    if (!has(position)) {
      throw lacks("input %d, which is left out".formatted(position));
    }
    return graph.variable(node.input(position), this);
  }

  /// The input's value where the file fixes it.
  Optional<Tensor> constant(int position) {
    return graph.constant(node.input(position));
  }

  /// Whether the graph is written for training or for scoring.
  boolean training() {
    return graph.training();
  }

  /// A small number of this node's own, for randomness within a step.
  int nextRandomUse() {
    return graph.nextRandomUse();
  }

  /// Says what the node's first output is.
  void result(String expression) {
    graph.assign(node, expression);
  }

  /// The node's first output is one of its inputs.
  void alias(int position) throws UnsupportedModelException {
    if (!has(position)) {
      throw lacks("input %d, which is left out".formatted(position));
    }
    graph.alias(node.outputs().getFirst(), node.input(position));
  }

  /// The node's first output is a stored tensor.
  void stored(Tensor value) {
    graph.store(node.outputs().getFirst(), value);
  }

  UnsupportedModelException lacks(String what) {
    return new UnsupportedModelException(
        "%s: the pytorch engine lacks %s".formatted(node.label(), what));
  }

  /// A number as TorchScript reads it back exactly.
  static String literal(double value) {
    return Double.toString(value);
  }
}

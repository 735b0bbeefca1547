package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes the body of the function that computes a graph's first output from `x`, the parameters
/// `w[i]` and the constants `t[i]`. Names from the file never reach the script: values are
/// numbered.
final class GraphWriter {
  private final Graph graph;
  private final boolean training;
  private final Source source;
  private final List<Tensor> constants;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, Tensor> stored = new HashMap<>();
  private int numbered;
  private int randomUses;

  /// @param constants tensors that the program is to be given; grows as they are met
  GraphWriter(
      Graph graph,
      ParameterLayout layout,
      boolean training,
      Source source,
      List<Tensor> constants) {
    this.graph = graph;
    this.training = training;
    this.source = source;
    this.constants = constants;
    variables.put(graph.inputs().getFirst().name(), "x");
    for (int i = 0; i < layout.parameters().size(); i++) {
      variables.put(layout.parameters().get(i).name(), "w[%d]".formatted(i));
    }
    for (Tensor tensor : graph.initializers()) {
      if (!variables.containsKey(tensor.name())) {
        stored.put(tensor.name(), tensor);
      }
    }
  }

  void write() throws UnsupportedModelException, InvalidModelException {
    for (Node node : graph.nodes()) {
      Operation operation = Operations.of(node);
      if (node.outputs().isEmpty() || node.outputs().getFirst().isEmpty()) {
        throw new InvalidModelException("%s has no output".formatted(node.label()));
      }
      operation.emit(new Emission(this, node));
    }
    String output = variables.get(graph.outputs().getFirst().name());
    if (output == null) {
      throw new UnsupportedModelException("the first output of the graph is a constant");
    }
    source.line("    return %s".formatted(output));
  }

  boolean training() {
    return training;
  }

  int nextRandomUse() {
    return randomUses++;
  }

  String variable(String name, Emission reader) throws UnsupportedModelException {
    String known = variables.get(name);
    if (known != null) {
      return known;
    }
    Tensor tensor = stored.get(name);
    if (tensor == null) {
      throw reader.lacks("'%s', a second output of an earlier node".formatted(name));
    }
    if (tensor.type() != ElementType.FLOAT && tensor.type() != ElementType.DOUBLE) {
      throw reader.lacks("arithmetic on '%s' of type %s".formatted(name, tensor.type()));
    }
    String variable = "t[%d]".formatted(Slot.COUNT + constants.size());
    constants.add(tensor);
    variables.put(name, variable);
    return variable;
  }

  Optional<Tensor> constant(String name) {
    return Optional.ofNullable(stored.get(name));
  }

  void assign(Node node, String expression) {
    String variable = "v%d".formatted(numbered++);
    source.line("    %s = %s".formatted(variable, expression), node);
    variables.put(node.outputs().getFirst(), variable);
  }

  void alias(String name, String other) {
    String variable = variables.get(other);
    Tensor tensor = stored.get(other);
    if (variable != null) {
      variables.put(name, variable);
    }
    if (tensor != null) {
      stored.put(name, tensor);
    }
  }

  void store(String name, Tensor tensor) {
    stored.put(name, tensor);
  }
}

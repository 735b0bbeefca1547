package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.shape.Wholes;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Writes the body of the function that computes a graph's first output from the rows `x`, the
/// weights `w[i]`, the statistics `s[i]` and the constants `t[i]`. Names from the file never reach
/// the script: values are numbered. What [Shapes] knows already is not computed.
final class GraphWriter {
  private final Graph graph;
  private final Shapes shapes;
  private final boolean training;
  private final int real;
  private final Source source;
  private final Constants constants;
  private final Map<String, String> variables = new HashMap<>();
  private final Set<String> operations = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private int numbered;
  private int randomUses;

  /// @param real PyTorch's number for the type that real numbers are computed in
  /// @param constants tensors that the program is to be given; grows as they are met
  GraphWriter(
      Graph graph, Shapes shapes, boolean training, int real, Source source, Constants constants) {
    this.graph = graph;
    this.shapes = shapes;
    this.training = training;
    this.real = real;
    this.source = source;
    this.constants = constants;
    shapes.nodes().forEach(node -> operations.add(node.operation()));
    shapes.nodes().forEach(node -> read.addAll(node.inputs()));
    read.add(graph.outputs().getFirst().name());
    // What is left out has an empty name.
    read.remove("");
  }

  /// Names the parameters as the script knows them.
  void parameters(Packing packing) {
    number(packing.weights(), "w");
    number(packing.statistics(), "s");
  }

  private void number(List<Parameter> parameters, String list) {
    for (int i = 0; i < parameters.size(); i++) {
      variables.put(parameters.get(i).name(), "%s[%d]".formatted(list, i));
    }
  }

  /// Names the graph's inputs.
  void inputs(List<String> expressions) {
    for (int i = 0; i < expressions.size(); i++) {
      variables.put(graph.inputs().get(i).name(), expressions.get(i));
    }
  }

  void write() throws UnsupportedModelException, InvalidModelException {
    String name = graph.outputs().getFirst().name();
    LinearLayers linear = LinearLayers.of(shapes, name);
    for (Node node : shapes.nodes()) {
      if (!known(node) && !linear.hasPart(node)) {
        Emission emission = new Emission(this, node, shapes.at(node));
        Optional<LinearLayers.Layer> layer = linear.completedBy(node);
        if (layer.isPresent()) {
          assign(node, 0, linear(layer.get(), emission));
        } else {
          Operations.of(node).emit(emission);
        }
      }
    }
    String output = variables.get(name);
    if (output == null) {
      throw new UnsupportedModelException(
          "the first output of the graph, '%s', does not depend on its inputs".formatted(name));
    }
    source.line("    return %s".formatted(output));
  }

  private String linear(LinearLayers.Layer layer, Emission reader)
      throws UnsupportedModelException, InvalidModelException {
    String matrix = variable(layer.matrix(), reader);
    return "torch.linear(%s, %s, %s)"
        .formatted(
            variable(layer.input(), reader),
            layer.transposed() ? matrix : "torch.t(%s)".formatted(matrix),
            variable(layer.bias(), reader));
  }

  /// Whether the outputs are numbers that need no computing.
  private boolean known(Node node) {
    return node.outputs().stream()
        .filter(read::contains)
        .map(shapes::of)
        .allMatch(v -> v.wholes().isPresent() || (v.stored().isPresent() && constant(node)));
  }

  /// An Identity may hand a parameter on, which is stored in the file too.
  private static boolean constant(Node node) {
    return node.operation().equals("Constant");
  }

  int real() {
    return real;
  }

  boolean training() {
    return training;
  }

  boolean has(String operation) {
    return operations.contains(operation);
  }

  boolean isRead(String name) {
    return read.contains(name);
  }

  /// Whether a value is one of the running statistics, whose memory may be written to.
  boolean isStatistic(String name) {
    return variables.getOrDefault(name, "").startsWith("s[");
  }

  int nextRandomUse() {
    return randomUses++;
  }

  /// The script's name for a value of the graph.
  String variable(String name, Emission reader)
      throws UnsupportedModelException, InvalidModelException {
    String known = variables.get(name);
    if (known != null) {
      return known;
    }
    Inferred value = shapes.of(name);
    String variable;
    if (value.wholes().isPresent()) {
      variable = wholes(value, value.wholes().get(), reader);
    } else if (value.stored().isPresent()) {
      variable = store(new Stored.FromFile(value.stored().get()));
    } else {
      throw reader.lacks("'%s', a further output of an earlier node".formatted(name));
    }
    variables.put(name, variable);
    return variable;
  }

  private String wholes(Inferred value, Wholes wholes, Emission reader) {
    if (wholes.values().stream().allMatch(Dim::isFixed)) {
      return store(new Stored.Computed(value.type(), wholes));
    }
    String list =
        "torch.tensor(%s, dtype=%d, device=%s)"
            .formatted(
                Emission.sizes(wholes.values()), TorchType.of(value.type()), Emission.DEVICE);
    return local(reader.node(), "torch.reshape(%s, %s)".formatted(list, wholes.shape()));
  }

  /// Gives the program a constant; its name in the script.
  String store(Stored constant) {
    return constants.place(constant);
  }

  /// The same for numbers that were worked out.
  String store(Tensor computed, Emission node) throws UnsupportedModelException {
    constants.requireRoom(node, computed.elements());
    return store(new Stored.FromFile(computed));
  }

  String local(Node node, String expression) {
    String variable = "v%d".formatted(numbered++);
    source.line("    %s = %s".formatted(variable, expression), node);
    return variable;
  }

  List<String> locals(Node node, int count, String expression) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("v%d".formatted(numbered++));
    }
    source.line(
        "    %s%s = %s".formatted(String.join(", ", names), count == 1 ? "," : "", expression),
        node);
    return names;
  }

  void block(Node node, String lines) {
    lines.lines().forEach(line -> source.line("    " + line, node));
  }

  void assign(Node node, int output, String expression) {
    name(node.outputs().get(output), local(node, expression));
  }

  void name(String value, String variable) {
    variables.put(value, variable);
  }
}

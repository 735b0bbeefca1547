package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The types and shapes of all values that a graph's first output depends on.
///
/// Guarantees for any sound graph: shapes that hold for every number of rows, or an
/// [InvalidModelException] that names the node; time and memory O(nodes · rank). The shape that the
/// file states for its output or for values between is not believed but worked out.
public final class Shapes {
  /// More numbers than this in one value for one row cannot be meant.
  private static final long MOST_PER_ROW = 1L << 31;

  /// Exports take windows apart into eight dimensions or so.
  static final int MOST_RANK = 16;

  private final int opset;
  private final List<Node> nodes;
  private final List<Inferred> inputs;
  private final Ledger ledger;
  private final Inferred output;

  private Shapes(
      int opset, List<Node> nodes, List<Inferred> inputs, Ledger ledger, Inferred output) {
    this.opset = opset;
    this.nodes = nodes;
    this.inputs = inputs;
    this.ledger = ledger;
    this.output = output;
  }

  /// Works through a model whose inputs all have the batch as their first and only free dimension.
  public static Shapes of(OnnxModel model) throws InvalidModelException {
    return of(model.graph(), model.opset());
  }

  static Shapes of(Graph graph, int opset) throws InvalidModelException {
    List<Inferred> inputs = new ArrayList<>();
    for (ValueInfo input : graph.inputs()) {
      inputs.add(batched(input));
    }
    return of(graph, opset, inputs);
  }

  /// Works through a graph whose inputs are known to have these types and shapes.
  public static Shapes of(Graph graph, int opset, List<Inferred> inputs)
      throws InvalidModelException {
    Ledger ledger = new Ledger();
    graph.initializers().forEach(ledger::put);
    for (int i = 0; i < inputs.size(); i++) {
      ledger.put(graph.inputs().get(i).name(), inputs.get(i));
    }
    List<Node> nodes = needed(graph);
    for (Node node : nodes) {
      infer(new Inference(node, opset, ledger));
    }
    String name = graph.outputs().getFirst().name();
    Inferred output =
        ledger
            .find(name)
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        "nothing in the graph computes its output '%s'".formatted(name)));
    return new Shapes(opset, nodes, List.copyOf(inputs), ledger, output);
  }

  private static Inferred batched(ValueInfo input) throws InvalidModelException {
    Shape shape = input.shape();
    String where = "input '%s' of shape %s".formatted(input.name(), shape);
    if (!input.known() || shape.rank() == 0) {
      throw new InvalidModelException(where + " must have the batch as its first dimension");
    }
    if (shape.dimension(0) != Shape.FREE) {
      throw new InvalidModelException(
          "%s has a fixed number of rows, %d; export with a dynamic first dimension"
              .formatted(where, shape.dimension(0)));
    }
    List<Dim> dims = new ArrayList<>(List.of(Dim.BATCH));
    for (int axis = 1; axis < shape.rank(); axis++) {
      if (shape.dimension(axis) == Shape.FREE) {
        throw new InvalidModelException(
            "%s leaves dimension %d open; only the first may be, so export with a fixed one"
                .formatted(where, axis));
      }
      dims.add(Dim.of(shape.dimension(axis)));
    }
    return Inferred.of(input.type(), dims);
  }

  /// The nodes that the first output depends on, in the graph's order.
  private static List<Node> needed(Graph graph) {
    Set<String> wanted = new HashSet<>(List.of(graph.outputs().getFirst().name()));
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.outputs().stream().anyMatch(wanted::contains)) {
        wanted.addAll(node.inputs());
        // What is left out has an empty name.
        wanted.remove("");
        nodes.add(node);
      }
    }
    return Collections.unmodifiableList(nodes.reversed());
  }

  private static void infer(Inference inference) throws InvalidModelException {
    Node node = inference.node();
    try {
      Rules.of(node).infer(inference);
      for (int i = 0; i < node.outputs().size(); i++) {
        requireSize(inference, i);
      }
      // Every input is read, and its gradient written.
      for (int i = 0; i < node.inputs().size(); i++) {
        if (inference.has(i)) {
          inference.works(inference.dims(i));
        }
      }
    } catch (ArithmeticException e) {
      throw new InvalidModelException(
          "%s: a size that does not fit 64 bits".formatted(node.label()), e);
    }
  }

  private static void requireSize(Inference inference, int output) throws InvalidModelException {
    Optional<Inferred> given = inference.output(output);
    if (given.isEmpty()) {
      return;
    }
    Inferred value = given.get();
    for (Dim dim : value.dims()) {
      if (dim.at(1) < 0 || dim.perRow() < 0) {
        throw inference.wrong("its output would have shape " + Dim.words(value.dims()));
      }
    }
    if (value.rank() > MOST_RANK) {
      throw inference.wrong(
          "its output has %d dimensions, the limit is %d".formatted(value.rank(), MOST_RANK));
    }
    inference.elements(value.dims());
    requireFew(inference, "its output is " + value, value.dims());
    inference.works(value.dims());
  }

  static void requireFew(Inference inference, String what, List<Dim> dims)
      throws InvalidModelException {
    double elements = elements(dims, 1);
    if (elements > MOST_PER_ROW) {
      throw inference.wrong(
          "%s: that is %.0f numbers for one row, the limit is %d"
              .formatted(what, elements, MOST_PER_ROW));
    }
  }

  /// Whether there is a rule for the node's operation.
  public static boolean knows(Node node) {
    return Rules.operations().contains(node.operation());
  }

  /// The nodes that the first output depends on, in the graph's order.
  public List<Node> nodes() {
    return nodes;
  }

  /// The graph's inputs, in its order.
  public List<Inferred> inputs() {
    return inputs;
  }

  /// The graph's first output.
  public Inferred output() {
    return output;
  }

  /// What is known of a value that one of [#nodes] reads or gives.
  public Inferred of(String name) {
    return ledger
        .find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException("no needed node has to do with '%s'".formatted(name)));
  }

  /// The same for all inputs and outputs of one of [#nodes].
  public Inference at(Node node) {
    return new Inference(node, opset, ledger);
  }

  /// Numbers of 4 bytes that all computed values, what is made on the way to them, and the file's
  /// own tensors that they read have together, for a batch of so many rows: about what training
  /// keeps until the gradient is done. Capped at 2^62.
  public long numbers(long rows) {
    double sum = 0;
    Set<String> read = new HashSet<>();
    for (Node node : nodes) {
      for (String name : node.outputs()) {
        Optional<Inferred> value = ledger.find(name);
        if (value.isPresent() && value.get().wholes().isEmpty()) {
          sum += numbers(value.get(), rows);
        }
      }
      for (String name : node.inputs()) {
        Optional<Inferred> value = ledger.find(name);
        if (value.isPresent() && value.get().stored().isPresent() && read.add(name)) {
          sum += numbers(value.get(), rows);
        }
      }
    }
    for (List<Dim> buffer : ledger.buffers()) {
      sum += elements(buffer, rows);
    }
    return (long) Math.min(sum, 1L << 62);
  }

  /// Whole numbers take 8 bytes each in an engine.
  private static double numbers(Inferred value, long rows) {
    return elements(value.dims(), rows) * (value.isReal() ? 1 : 2);
  }

  private static double elements(List<Dim> dims, long rows) {
    return dims.stream().mapToDouble(d -> d.at(rows)).reduce(1, (a, b) -> a * b);
  }
}

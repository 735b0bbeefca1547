package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inference;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.Activation;

/// One node while it is being mapped: what an [Operation] may ask and say.
final class Site {
  private final GraphMapper graph;
  private final Node node;
  private final Inference known;

  Site(GraphMapper graph, Node node, Inference known) {
    this.graph = graph;
    this.node = node;
    this.known = known;
  }

  Node node() {
    return node;
  }

  Inference known() {
    return known;
  }

  /// A small number of this node's own, for randomness within a step.
  int nextRandomUse() {
    return graph.nextRandomUse();
  }

  /// Whether a needed node reads the output, or it is the graph's.
  boolean isRead(int output) {
    return graph.isRead(node.outputs().get(output));
  }

  StepState state() {
    return graph.state();
  }

  boolean has(int position) {
    return known.has(position);
  }

  /// Whether all it gives is whole numbers that are known: sizes, which nobody needs to compute.
  boolean isOfWholeNumbers() {
    for (int i = 0; i < node.outputs().size(); i++) {
      Optional<Inferred> output = known.output(i);
      if (output.isPresent() && (output.get().isReal() || output.get().wholes().isEmpty())) {
        return false;
      }
    }
    return true;
  }

  /// Whether something may read the output.
  boolean gives(int output) {
    return output < node.outputs().size() && !node.outputs().get(output).isEmpty();
  }

  List<Dim> dims() throws UnsupportedModelException {
    return known
        .output(0)
        .map(Inferred::dims)
        .orElseThrow(() -> lacks("an output of unknown shape"));
  }

  Value value(int position) throws UnsupportedModelException {
    String name = node.input(position);
    return graph
        .find(name)
        .orElseThrow(
            () -> lacks("input '%s', which is of whole numbers or missing".formatted(name)));
  }

  /// An input that depends on the rows.
  Value.Live live(int position) throws UnsupportedModelException {
    return switch (value(position)) {
      case Value.Live live -> live;
      case Value.Product product -> {
        Value.Live dense = dense(product, Optional.empty());
        graph.put(node.input(position), dense);
        yield dense;
      }
      case Value.Uniform _, Placed _ ->
          throw lacks(
              "input '%s', which does not depend on the rows".formatted(node.input(position)));
    };
  }

  boolean isLive(int position) throws UnsupportedModelException {
    return switch (value(position)) {
      case Value.Live _, Value.Product _ -> true;
      case Value.Uniform _, Placed _ -> false;
    };
  }

  /// An input that is only numbers of the file.
  Placed placed(int position) throws UnsupportedModelException {
    if (value(position) instanceof Placed placed) {
      return placed;
    }
    throw lacks(
        "'%s' in place of a weight, for it depends on the rows".formatted(node.input(position)));
  }

  boolean isStatistic(int position) {
    return graph.isStatistic(node.input(position));
  }

  /// The fixed sizes of a shape.
  long[] sizes(List<Dim> dims) throws UnsupportedModelException {
    if (!dims.stream().allMatch(Dim::isFixed)) {
      throw lacks("numbers of the file in the shape %s".formatted(Dim.words(dims)));
    }
    long[] sizes = dims.stream().mapToLong(Dim::fixed).toArray();
    if (Axes.elements(sizes) > 1 << 27) {
      throw lacks("%s numbers of the file in one piece".formatted(Dim.words(dims)));
    }
    return sizes;
  }

  void result(Value value) {
    graph.put(node.outputs().getFirst(), value);
  }

  /// Says what an output is, if the node gives it.
  void result(int output, Value value) {
    if (gives(output)) {
      graph.put(node.outputs().get(output), value);
    }
  }

  /// The node's output is the vertex's.
  void live(String vertex) throws UnsupportedModelException {
    result(new Value.Live(vertex, dims()));
  }

  String layer(Layer layer, String input) {
    return graph.layer(layer, input, node);
  }

  String vertex(GraphVertex kind, List<String> inputs) {
    return graph.vertex(kind, inputs, node);
  }

  String own(VertexCode code, String... inputs) {
    return graph.own(code, List.of(inputs), node);
  }

  void bind(String vertex, String parameter, Placed... sources) {
    graph.bind(vertex, parameter, sources);
  }

  /// Rows times a matrix, plus a bias if there is one.
  Value.Live dense(Value.Product product, Optional<Placed> bias) {
    long[] shape = product.matrix().shape();
    String vertex =
        layer(
            new DenseLayer.Builder()
                .nIn(shape[0])
                .nOut(shape[1])
                .hasBias(bias.isPresent())
                .activation(Activation.IDENTITY)
                .build(),
            product.rows().vertex());
    bind(vertex, DefaultParamInitializer.WEIGHT_KEY, product.matrix());
    bias.ifPresent(b -> bind(vertex, DefaultParamInitializer.BIAS_KEY, b));
    return new Value.Live(vertex, product.dims());
  }

  UnsupportedModelException lacks(String what) {
    return new UnsupportedModelException(
        "%s: the dl4j engine lacks %s; the pytorch engine may have it"
            .formatted(node.label(), what));
  }

  InvalidModelException wrong(String what) {
    return known.wrong(what);
  }
}

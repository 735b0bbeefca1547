package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/// Walks a graph and writes DL4J's description of it, node by node. Vertices are named `n0`, `n1`
/// and so on: names of a file may hold anything.
final class GraphMapper {
  private final Shapes shapes;
  private final StepState state;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Placed> statistics = new HashMap<>();
  private final List<Binding> bindings = new ArrayList<>();
  private final Map<String, Node> origins = new HashMap<>();
  private final GraphBuilder builder;
  private final Set<String> read = new HashSet<>();
  private final SequencedMap<String, Draft> drafts = new LinkedHashMap<>();
  private int vertices;
  private int randomUses;

  /// A graph for DL4J, which of the file's numbers are its layers' parameters, and the node that
  /// each vertex comes from.
  record Mapped(
      ComputationGraphConfiguration configuration,
      List<Binding> bindings,
      Map<String, Node> origins,
      OutputTap tap) {}

  /// A vertex that is added if the output needs it.
  private record Draft(List<String> inputs, Runnable add) {}

  private GraphMapper(Shapes shapes, StepState state) {
    this.shapes = shapes;
    this.state = state;
    this.builder =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new NoOp())
            .weightInit(WeightInit.ZERO)
            .biasInit(0)
            .dataType(DataType.FLOAT)
            .trainingWorkspaceMode(WorkspaceMode.ENABLED)
            .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
            .graphBuilder()
            .allowDisconnected(true)
            .validateOutputLayerConfig(false);
  }

  static Mapped map(OnnxModel model, Shapes shapes, StepState state)
      throws UnsupportedModelException, InvalidModelException {
    return new GraphMapper(shapes, state).map(model);
  }

  private Mapped map(OnnxModel model) throws UnsupportedModelException, InvalidModelException {
    numbers(model);
    shapes.nodes().forEach(node -> read.addAll(node.inputs()));
    read.add(model.graph().outputs().getFirst().name());
    inputs(model.graph().inputs());
    for (Node node : shapes.nodes()) {
      Site site = new Site(this, node, shapes.at(node));
      if (!site.isOfWholeNumbers()) {
        Operations.of(node).map(site);
      }
    }
    String output = model.graph().outputs().getFirst().name();
    if (values.get(output) instanceof Value.Product product) {
      Node last = shapes.nodes().getLast();
      values.put(output, new Site(this, last, shapes.at(last)).dense(product, Optional.empty()));
    }
    if (!(values.get(output) instanceof Value.Live live)) {
      throw new InvalidModelException(
          "the output '%s' does not depend on the rows".formatted(output));
    }
    OutputTap tap = new OutputTap();
    String last = own(tap, List.of(live.vertex()), null);
    Set<String> needed = added(last);
    builder.setOutputs(last);
    bindings.removeIf(binding -> !needed.contains(binding.vertex()));
    return new Mapped(builder.build(), List.copyOf(bindings), Map.copyOf(origins), tap);
  }

  /// Adds the vertices that the last one needs, and no other: DL4J cannot go back through one that
  /// nobody reads, such as a value that is read for its shape only.
  private Set<String> added(String last) {
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(last));
    while (!open.isEmpty()) {
      String vertex = open.pop();
      if (drafts.containsKey(vertex) && needed.add(vertex)) {
        open.addAll(drafts.get(vertex).inputs());
      }
    }
    drafts.forEach(
        (vertex, draft) -> {
          if (needed.contains(vertex)) {
            draft.add().run();
          }
        });
    return needed;
  }

  private void numbers(OnnxModel model) {
    for (Tensor tensor : model.graph().initializers()) {
      if (Inferred.isReal(tensor.type())) {
        values.put(tensor.name(), Placed.of(tensor));
      }
    }
    for (Parameter parameter : model.layout().parameters()) {
      Placed placed = Placed.of(parameter);
      values.put(parameter.name(), placed);
      if (parameter.kind() == Parameter.Kind.STATISTIC) {
        statistics.put(parameter.name(), placed);
      }
    }
  }

  private void inputs(List<ValueInfo> inputs) throws UnsupportedModelException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Inferred input = shapes.inputs().get(i);
      if (!input.isReal()) {
        throw new UnsupportedModelException(
            "input '%s' takes whole numbers: the dl4j engine lacks that; the pytorch engine has it"
                .formatted(inputs.get(i).name()));
      }
      String vertex = "x" + i;
      names.add(vertex);
      values.put(inputs.get(i).name(), new Value.Live(vertex, input.dims()));
    }
    builder.addInputs(names);
  }

  StepState state() {
    return state;
  }

  Optional<Value> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  void put(String name, Value value) {
    values.put(name, value);
  }

  boolean isStatistic(String name) {
    return statistics.containsKey(name);
  }

  /// Adds a layer; gives its vertex.
  String layer(Layer layer, String input, Node origin) {
    String vertex = next(origin);
    drafts.put(vertex, new Draft(List.of(input), () -> builder.addLayer(vertex, layer, input)));
    return vertex;
  }

  String vertex(
      org.deeplearning4j.nn.conf.graph.GraphVertex kind, List<String> inputs, Node origin) {
    String vertex = next(origin);
    add(vertex, kind, inputs);
    return vertex;
  }

  String own(VertexCode code, List<String> inputs, @org.jspecify.annotations.Nullable Node origin) {
    String vertex = "n" + vertices++;
    if (origin != null) {
      origins.put(vertex, origin);
    }
    add(vertex, new OwnVertex(code, inputs.size()), inputs);
    return vertex;
  }

  private void add(
      String vertex, org.deeplearning4j.nn.conf.graph.GraphVertex kind, List<String> inputs) {
    List<String> from = List.copyOf(inputs);
    drafts.put(
        vertex,
        new Draft(from, () -> builder.addVertex(vertex, kind, from.toArray(String[]::new))));
  }

  private String next(Node origin) {
    String vertex = "n" + vertices++;
    origins.put(vertex, origin);
    return vertex;
  }

  void bind(String vertex, String parameter, Placed... sources) {
    bindings.add(new Binding(vertex, parameter, List.of(sources)));
  }

  int nextRandomUse() {
    return randomUses++;
  }

  boolean isRead(String name) {
    return read.contains(name);
  }
}

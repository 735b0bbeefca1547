package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.train.Features;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.FwdPassType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/// DL4J's graph with its parameters filled from the file's vector and its gradient brought back
/// there. Activations live in DL4J's workspaces, which are allocated once and used again.
final class Network implements AutoCloseable {
  private final Graph graph;
  private final OutputTap tap;
  private final Features features;
  private final StepState state;
  private final Wires wires;
  private final float[] parameters;
  private final float[] gradients;

  Network(GraphMapper.Mapped mapped, Features features, StepState state) {
    this.graph = new Graph(mapped);
    this.tap = mapped.tap();
    this.features = features;
    this.state = state;
    graph.init();
    this.parameters = new float[Math.toIntExact(graph.numParams())];
    this.gradients = new float[parameters.length];
    this.wires = Wires.of(mapped.bindings(), graph::getParam, parameters.length);
  }

  /// Takes the vector's numbers as the layers' parameters.
  void refresh() {
    wires.scatter(state.vector(), parameters);
    if (parameters.length > 0) {
      Floats.fill(graph.params(), parameters);
    }
  }

  /// The outputs for some rows, row-major.
  float[] score(float[] x, int rows) {
    return pass(x, rows, false, null);
  }

  /// The outputs in training; their gradient, as `loss` makes it of them, goes back through the
  /// graph, and what reaches the weights is then in the state.
  float[] learn(float[] x, int rows, UnaryOperator<float[]> loss) {
    java.util.Arrays.fill(state.gradient(), 0);
    float[] outputs = pass(x, rows, true, loss);
    if (gradients.length > 0) {
      Floats.read(graph.getFlattenedGradients(), gradients);
      wires.gather(gradients, state.gradient());
    }
    return outputs;
  }

  private float[] pass(
      float[] x,
      int rows,
      boolean training,
      @org.jspecify.annotations.Nullable UnaryOperator<float[]> loss) {
    INDArray[] inputs = new INDArray[features.inputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = input(x, rows, i);
    }
    try {
      return graph.pass(inputs, training, loss, tap);
    } finally {
      graph.clear();
      for (INDArray input : inputs) {
        input.close();
      }
    }
  }

  private INDArray input(float[] x, int rows, int number) {
    Inferred input = features.inputs().get(number);
    long[] shape = new long[input.rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = input.dims().get(axis).at(rows);
    }
    int start = features.offset(number);
    int width = features.offset(number + 1) - start;
    float[] part = x;
    if (width != features.perRow()) {
      part = new float[rows * width];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(x, row * features.perRow() + start, part, row * width, width);
      }
    }
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    Floats.fill(array, part);
    return array;
  }

  @Override
  public void close() {
    graph.close();
  }

  /// Opens what DL4J keeps for its own `fit`: one pass forward, and back from a gradient that we
  /// give.
  private static final class Graph extends ComputationGraph {
    private static final long serialVersionUID = 1;

    Graph(GraphMapper.Mapped mapped) {
      super(mapped.configuration());
    }

    float[] pass(
        INDArray[] inputs,
        boolean training,
        @org.jspecify.annotations.Nullable UnaryOperator<float[]> loss,
        OutputTap tap) {
      LayerWorkspaceMgr workspaces =
          LayerWorkspaceMgr.builder()
              .with(ArrayType.ACTIVATIONS, WS_ALL_LAYERS_ACT, WS_ALL_LAYERS_ACT_CONFIG)
              .with(ArrayType.INPUT, WS_ALL_LAYERS_ACT, WS_ALL_LAYERS_ACT_CONFIG)
              .build();
      try (MemoryWorkspace _ = workspaces.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
        Map<String, INDArray> activations =
            ffToLayerActivationsInWS(
                training, -1, null, FwdPassType.STANDARD, false, inputs, null, null, false);
        float[] outputs = tap.last();
        if (loss != null) {
          INDArray last =
              Objects.requireNonNull(
                  activations.get(getConfiguration().getNetworkOutputs().getFirst()),
                  "the output is one of the vertices");
          INDArray gradient = Nd4j.createUninitialized(DataType.FLOAT, last.shape(), 'c');
          Floats.fill(gradient, loss.apply(outputs));
          calcBackpropGradients(false, false, gradient);
        }
        return outputs;
      }
    }
  }
}

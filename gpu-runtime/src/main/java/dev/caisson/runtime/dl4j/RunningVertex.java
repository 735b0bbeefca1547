package dev.caisson.runtime.dl4j;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/// Runs a [VertexCode] inside DL4J: arrays in, arrays out, in the workspaces that DL4J wants.
@SuppressWarnings("overrides") // DL4J declares one method with and without dots
final class RunningVertex extends BaseGraphVertex {
  private final VertexCode code;

  RunningVertex(ComputationGraph graph, String name, int index, VertexCode code, DataType type) {
    super(graph, name, index, null, null, type);
    this.code = code;
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public @Nullable Layer getLayer() {
    return null;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    return array(code.forward(blocks(), training), ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
    Block[] given = code.backward(blocks(), Floats.block(epsilon));
    INDArray[] gradients = new INDArray[given.length];
    for (int i = 0; i < given.length; i++) {
      gradients[i] = array(given[i], ArrayType.ACTIVATION_GRAD, workspaces);
    }
    return new Pair<>(null, gradients);
  }

  private Block[] blocks() {
    Block[] blocks = new Block[inputs.length];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = Floats.block(inputs[i]);
    }
    return blocks;
  }

  private static INDArray array(Block block, ArrayType type, LayerWorkspaceMgr workspaces) {
    INDArray array = workspaces.createUninitialized(type, DataType.FLOAT, block.shape(), 'c');
    Floats.fill(array, block.numbers());
    return array;
  }

  @Override
  public void setBackpropGradientsViewArray(@Nullable INDArray view) {
    // Weights of our own vertices are not DL4J's.
  }

  @Override
  public @Nullable Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray @Nullable [] masks, MaskState state, int rows) {
    return null;
  }

  @Override
  public String toString() {
    return "own vertex '%s'".formatted(getVertexName());
  }
}

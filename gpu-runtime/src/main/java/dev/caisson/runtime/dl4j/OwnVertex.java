package dev.caisson.runtime.dl4j;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/// The place of a [VertexCode] in DL4J's description of a graph. Lives in memory only.
final class OwnVertex extends GraphVertex {
  private final transient VertexCode code;
  private final int inputs;

  OwnVertex(VertexCode code, int inputs) {
    this.code = code;
    this.inputs = inputs;
  }

  @Override
  public GraphVertex clone() {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return inputs;
  }

  @Override
  public int maxVertexInputs() {
    return inputs;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    return new RunningVertex(graph, name, index, code, type);
  }

  @Override
  public InputType getOutputType(int layer, InputType... types) {
    throw new UnsupportedOperationException("shapes are worked out before the graph is mapped");
  }

  @Override
  public MemoryReport getMemoryReport(InputType... types) {
    throw new UnsupportedOperationException("memory is bounded before the graph is mapped");
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a graph is rebuilt from its ONNX file");
  }
}

package dev.caisson.runtime.onnx;

import java.util.List;

/// A graph in topological order: every node reads only graph inputs, initializers and outputs of
/// nodes before it ([OnnxModel] has checked that for graphs from files).
///
/// @param inputs what a caller feeds; initializers that the file also lists as inputs are not here
public record Graph(
    String name,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    List<Node> nodes,
    List<Tensor> initializers) {

  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    initializers = List.copyOf(initializers);
  }
}

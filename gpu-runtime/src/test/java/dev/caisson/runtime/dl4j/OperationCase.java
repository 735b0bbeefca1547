package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.Loss;
import java.util.List;

/// A small graph that shows one setting of one operation, with whose name its own begins, and the
/// input's sizes per row.
record OperationCase(String name, List<Long> perRow, Loss loss, Body body) {
  /// Writes the graph and returns the name of its output.
  interface Body {
    String write(OperationGraph graph);
  }

  /// A row of five numbers.
  static OperationCase row(String name, Body body) {
    return new OperationCase(name, List.of(5L), Loss.MEAN_SQUARED_ERROR, body);
  }

  /// Two planes of six by six.
  static OperationCase image(String name, Body body) {
    return new OperationCase(name, List.of(2L, 6L, 6L), Loss.MEAN_SQUARED_ERROR, body);
  }

  /// Four steps of three numbers.
  static OperationCase sequence(String name, Body body) {
    return new OperationCase(name, List.of(4L, 3L), Loss.MEAN_SQUARED_ERROR, body);
  }

  OperationCase with(Loss other) {
    return new OperationCase(name, perRow, other, body);
  }

  String operation() {
    return name.replaceFirst("[ ,].*", "");
  }

  OnnxModel model() throws InvalidModelException {
    OperationGraph graph = new OperationGraph();
    return graph.model(body.write(graph), perRow.stream().mapToLong(n -> n).toArray());
  }

  @Override
  public String toString() {
    return name;
  }
}

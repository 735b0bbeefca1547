package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One operation with its settings, fed by a weight that mixes three features into a tensor, so
/// that both the outputs and the gradient can be judged.
record ImageCase(String name, Graphs graph, int opset) {
  static final int FEATURES = 3;

  /// @param perRow shape of the operation's first input
  /// @param weights shapes of its further inputs, which are all weights
  static ImageCase of(String operation, long[] perRow, List<long[]> weights, Object... settings) {
    return of(20, operation, perRow, weights, settings);
  }

  static ImageCase of(
      int opset, String operation, long[] perRow, List<long[]> weights, Object... settings) {
    Graphs graph = new Graphs().mixed("in", FEATURES, perRow);
    List<String> inputs = new ArrayList<>(List.of("in"));
    for (long[] shape : weights) {
      graph.weight("layer.p" + inputs.size(), shape);
      inputs.add("layer.p" + inputs.size());
    }
    Map<String, Attribute> attributes = attributes(settings);
    graph.node(operation, "out", inputs, attributes);
    return new ImageCase(
        "%s%s %s %s"
            .formatted(
                operation,
                Arrays.toString(perRow),
                weights.stream().map(Arrays::toString).toList(),
                Arrays.deepToString(settings)),
        graph,
        opset);
  }

  /// Its statistics are parameters; the variances are positive.
  static ImageCase batchNormalization(long[] perRow, Object... settings) {
    Graphs graph =
        new Graphs()
            .mixed("in", FEATURES, perRow)
            .weight("bn.weight", perRow[0])
            .weight("bn.bias", perRow[0])
            .weight("bn.mean", perRow[0])
            .positive("bn.var", perRow[0])
            .node(
                "BatchNormalization",
                "out",
                List.of("in", "bn.weight", "bn.bias", "bn.mean", "bn.var"),
                attributes(settings));
    return new ImageCase(
        "BatchNormalization" + Arrays.toString(perRow) + Arrays.deepToString(settings), graph, 20);
  }

  /// Names and values in turn.
  static Map<String, Attribute> attributes(Object... settings) {
    Map<String, Attribute> attributes = new TreeMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      attributes.put(
          (String) settings[i],
          switch (settings[i + 1]) {
            case long[] values -> Graphs.list(values);
            case Integer value -> new Attribute.Whole(value);
            case Float value -> new Attribute.Real(value);
            case String value -> new Attribute.Text(value);
            default -> throw new IllegalArgumentException("setting " + settings[i + 1]);
          });
    }
    return attributes;
  }

  OnnxModel model() throws InvalidModelException {
    return graph.model(FEATURES, opset);
  }

  @Override
  public String toString() {
    return name;
  }
}

package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.TrainingSet;
import java.util.ArrayList;
import java.util.List;

/// How a row of features is cut into the graph's inputs: one input after the other, each row-major.
/// Whole numbers (tokens, codes) travel as floats, exact to 2^24.
final class Features {
  private static final int WIDEST = 1 << 24;

  private final List<ValueInfo> names;
  private final List<Inferred> inputs;
  private final int[] offsets;

  private Features(List<ValueInfo> names, List<Inferred> inputs, int[] offsets) {
    this.names = names;
    this.inputs = inputs;
    this.offsets = offsets;
  }

  static Features of(Graph graph, Shapes shapes) throws InvalidModelException {
    int[] offsets = new int[shapes.inputs().size() + 1];
    for (int i = 0; i < offsets.length - 1; i++) {
      long count = 1;
      for (Dim dim : shapes.inputs().get(i).dims().subList(1, shapes.inputs().get(i).rank())) {
        count = Math.multiplyExact(count, dim.fixed());
      }
      if (count < 1 || offsets[i] + count > WIDEST) {
        throw new InvalidModelException(
            "input '%s' makes rows of %d numbers; the limit is %d"
                .formatted(graph.inputs().get(i).name(), offsets[i] + count, WIDEST));
      }
      offsets[i + 1] = (int) (offsets[i] + count);
    }
    if (offsets.length == 1) {
      throw new InvalidModelException("the graph has no input, so there is nothing to learn from");
    }
    return new Features(graph.inputs(), shapes.inputs(), offsets);
  }

  /// Numbers in a row.
  int perRow() {
    return offsets[offsets.length - 1];
  }

  /// The script's expression for each input, given rows `x`.
  List<String> expressions() {
    List<String> expressions = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Inferred input = inputs.get(i);
      String part =
          inputs.size() == 1
              ? "x"
              : "torch.narrow(x, 1, %d, %d)".formatted(offsets[i], offsets[i + 1] - offsets[i]);
      if (input.rank() != 2) {
        part = "torch.reshape(%s, %s)".formatted(part, Emission.shape(input.dims()));
      }
      expressions.add(
          input.isReal() ? part : "torch.to(%s, %d)".formatted(part, TorchType.of(input.type())));
    }
    return expressions;
  }

  /// Refuses rows whose numbers for a whole-numbered input are not whole.
  void check(TrainingSet set) {
    if (set.features() != perRow()) {
      throw new IllegalArgumentException(
          "the model takes %d features, the rows have %d".formatted(perRow(), set.features()));
    }
    for (int i = 0; i < inputs.size(); i++) {
      if (!inputs.get(i).isReal()) {
        checkWhole(set, i);
      }
    }
  }

  private void checkWhole(TrainingSet set, int input) {
    float[] x = set.x();
    for (int row = 0; row < set.rows(); row++) {
      for (int at = offsets[input]; at < offsets[input + 1]; at++) {
        float value = x[row * perRow() + at];
        if (value != Math.rint(value) || Math.abs(value) > 1 << 24) {
          throw new IllegalArgumentException(
              "feature %d of row %d is %s; input '%s' takes whole numbers"
                  .formatted(at, row, value, names.get(input).name()));
        }
      }
    }
  }
}

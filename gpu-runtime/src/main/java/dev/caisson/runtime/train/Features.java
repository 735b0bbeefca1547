package dev.caisson.runtime.train;

import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Shapes;
import java.util.List;

/// How a row of features is cut into the graph's inputs: one input after the other, each row-major.
/// Whole numbers (tokens, codes) travel as floats, exact to 2^24.
public final class Features {
  private static final int WIDEST = 1 << 24;

  private final List<ValueInfo> names;
  private final List<Inferred> inputs;
  private final int[] offsets;

  private Features(List<ValueInfo> names, List<Inferred> inputs, int[] offsets) {
    this.names = names;
    this.inputs = inputs;
    this.offsets = offsets;
  }

  public static Features of(Graph graph, Shapes shapes) throws InvalidModelException {
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
  public int perRow() {
    return offsets[offsets.length - 1];
  }

  /// The graph's inputs, in its order.
  public List<Inferred> inputs() {
    return inputs;
  }

  /// Where an input begins in a row; for the number of inputs, where the row ends.
  public int offset(int input) {
    return offsets[input];
  }

  /// Refuses rows whose numbers for a whole-numbered input are not whole.
  public void check(TrainingSet set) {
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

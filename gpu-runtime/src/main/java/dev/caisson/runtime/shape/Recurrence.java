package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.List;

/// The sizes of an LSTM, GRU or RNN node.
///
/// @param directions 2 if the sequence is read from both ends, else 1
/// @param rowsFirst whether the batch comes before the steps of the sequence (`layout` 1)
/// @param features numbers read in each step
/// @param hidden numbers kept from step to step
public record Recurrence(
    int directions, boolean rowsFirst, Dim steps, Dim rows, Dim features, long hidden) {

  /// Reads them off the inputs and checks that these fit.
  ///
  /// @param gates 4 for an LSTM, 3 for a GRU, 1 for an RNN
  static Recurrence of(Inference node, int gates) throws InvalidModelException {
    List<Dim> x = node.dims(0);
    List<Dim> r = node.dims(2);
    if (x.size() != 3 || r.size() != 3 || !r.get(2).isFixed()) {
      throw node.wrong("X %s with R %s".formatted(Dim.words(x), Dim.words(r)));
    }
    boolean rowsFirst = node.node().whole("layout", 0) != 0;
    Recurrence sizes =
        new Recurrence(
            directions(node),
            rowsFirst,
            x.get(rowsFirst ? 1 : 0),
            x.get(rowsFirst ? 0 : 1),
            x.get(2),
            r.get(2).fixed());
    long stated = node.node().whole("hidden_size", sizes.hidden);
    if (stated != sizes.hidden) {
      throw node.wrong("hidden_size %d with R %s".formatted(stated, Dim.words(r)));
    }
    Dim directions = Dim.of(sizes.directions);
    Dim rows = Dim.of(Math.multiplyExact(gates, sizes.hidden));
    require(node, 1, List.of(directions, rows, sizes.features));
    require(node, 2, List.of(directions, rows, Dim.of(sizes.hidden)));
    require(node, 3, List.of(directions, rows.plus(rows)));
    require(node, 5, sizes.last());
    require(node, 6, sizes.last());
    return sizes;
  }

  private static int directions(Inference node) throws InvalidModelException {
    String direction = node.node().text("direction", "forward");
    return switch (direction) {
      case "forward", "reverse" -> 1;
      case "bidirectional" -> 2;
      default -> throw node.wrong("direction '%s'".formatted(direction));
    };
  }

  private static void require(Inference node, int position, List<Dim> wanted)
      throws InvalidModelException {
    if (node.has(position) && !node.dims(position).equals(wanted)) {
      throw node.wrong(
          "input %d is %s, it must be %s"
              .formatted(position, Dim.words(node.dims(position)), Dim.words(wanted)));
    }
  }

  /// The shape of the state after every step.
  public List<Dim> all() {
    Dim directions = Dim.of(this.directions);
    return rowsFirst
        ? List.of(rows, steps, directions, Dim.of(hidden))
        : List.of(steps, directions, rows, Dim.of(hidden));
  }

  /// The shape of the state after the last step, or before the first.
  public List<Dim> last() {
    Dim directions = Dim.of(this.directions);
    return rowsFirst
        ? List.of(rows, directions, Dim.of(hidden))
        : List.of(directions, rows, Dim.of(hidden));
  }
}

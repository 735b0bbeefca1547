package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is known of a graph's values so far, and what computing them costs. Each part has a bound,
/// so that a small file cannot ask for much memory or for years of work.
final class Ledger {
  /// Known whole numbers that are kept, of all values together; further ones are left to the
  /// engine.
  private static final int MOST_KNOWN = 1 << 21;

  /// Multiplications for one row. The largest nets of today need a tenth; a single core does as
  /// many in a minute or two.
  private static final double MOST_WORK = 0x1p40;

  private final Map<String, Inferred> values = new HashMap<>();
  private final List<List<Dim>> buffers = new ArrayList<>();
  private int known;
  private double work;

  Optional<Inferred> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  void put(String name, Inferred value) {
    int count = value.wholes().map(wholes -> wholes.values().size()).orElse(0);
    if (known + count > MOST_KNOWN) {
      values.put(name, new Inferred(value.type(), value.dims(), Optional.empty(), value.stored()));
    } else {
      known += count;
      values.put(name, value);
    }
  }

  /// An initializer, whose whole numbers are read if few and if there is room to know them.
  void put(Tensor tensor) {
    put(
        tensor.name(),
        known + Wholes.LARGEST > MOST_KNOWN ? Inferred.unread(tensor) : Inferred.of(tensor));
  }

  void buffer(List<Dim> dims) {
    buffers.add(dims);
  }

  /// Shapes of what an engine makes on the way, beside the values themselves.
  List<List<Dim>> buffers() {
    return buffers;
  }

  /// Adds to the multiplications for one row.
  void work(Inference node, double products) throws InvalidModelException {
    work += products;
    if (work > MOST_WORK) {
      throw node.wrong(
          "the graph takes more than 2^40 multiplications for one row up to here; no model that can be trained does");
    }
  }
}

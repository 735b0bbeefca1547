package dev.caisson.runtime.shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A small tensor of whole numbers that is known before the graph runs, up to the number of rows in
/// a batch. Truth values are 0 and 1.
///
/// @param shape sizes, outermost first
/// @param values row-major
public record Wholes(List<Long> shape, List<Dim> values) {
  /// Larger ones (a table of relative positions, say) are left to the engine.
  static final int LARGEST = 4096;

  public Wholes {
    shape = List.copyOf(shape);
    values = List.copyOf(values);
    if (elements(shape) != values.size()) {
      throw new IllegalArgumentException(
          "shape %s does not hold %d numbers".formatted(shape, values.size()));
    }
  }

  static Wholes scalar(Dim value) {
    return new Wholes(List.of(), List.of(value));
  }

  static Wholes list(List<Dim> values) {
    return new Wholes(List.of((long) values.size()), values);
  }

  /// Works out every element from its index; empty where one of them is, or where the shape is not
  /// fixed or too large.
  static Optional<Wholes> of(List<Dim> dims, Function<long[], Optional<Dim>> element) {
    if (!dims.stream().allMatch(Dim::isFixed)) {
      return Optional.empty();
    }
    List<Long> shape = dims.stream().map(Dim::fixed).toList();
    if (shape.stream().anyMatch(size -> size < 0)) {
      return Optional.empty(); // of a file that says so; what takes the value refuses it
    }
    long elements = elements(shape);
    if (elements > LARGEST) {
      return Optional.empty();
    }
    List<Dim> values = new ArrayList<>();
    for (int i = 0; i < elements; i++) {
      Optional<Dim> value = element.apply(index(shape, i));
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(new Wholes(shape, values));
  }

  private static long[] index(List<Long> shape, long position) {
    long[] index = new long[shape.size()];
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = position % shape.get(axis);
      position /= shape.get(axis);
    }
    return index;
  }

  private static long elements(List<Long> shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /// One element.
  Dim at(long... index) {
    long position = 0;
    for (int axis = 0; axis < shape.size(); axis++) {
      position = position * shape.get(axis) + index[axis];
    }
    return values.get((int) position);
  }

  /// One element of this tensor broadcast to more dimensions.
  Dim broadcastAt(long[] index) {
    long[] own = Arrays.copyOfRange(index, index.length - shape.size(), index.length);
    for (int axis = 0; axis < own.length; axis++) {
      own[axis] = shape.get(axis) == 1 ? 0 : own[axis];
    }
    return at(own);
  }

  /// The same numbers in another shape.
  Optional<Wholes> reshaped(List<Dim> dims) {
    return dims.stream().allMatch(Dim::isFixed)
        ? Optional.of(new Wholes(dims.stream().map(Dim::fixed).toList(), values))
        : Optional.empty();
  }
}

package dev.caisson.runtime.dl4j;

import java.util.List;

/// Index arithmetic of row-major tensors: each method gives, for every element of a result, the
/// element of the source that it is.
final class Axes {
  private Axes() {}

  static long elements(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= shape[axis];
    }
    return strides;
  }

  /// Walks a result of `shape` through a source: `start`, then `steps[axis]` for each step along an
  /// axis.
  static int[] walk(long[] shape, long start, long[] steps) {
    int[] index = new int[Math.toIntExact(elements(shape))];
    long[] at = new long[shape.length];
    long place = start;
    for (int i = 0; i < index.length; i++) {
      index[i] = Math.toIntExact(place);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        place += steps[axis];
        if (++at[axis] < shape[axis]) {
          break;
        }
        place -= steps[axis] * shape[axis];
        at[axis] = 0;
      }
    }
    return index;
  }

  /// The shape after a transposition.
  static long[] permuted(long[] shape, List<Integer> order) {
    return order.stream().mapToLong(axis -> shape[axis]).toArray();
  }

  static int[] transposition(long[] shape, List<Integer> order) {
    return walk(permuted(shape, order), 0, permuted(strides(shape), order));
  }

  /// A source of fewer dimensions, or of size 1 along some, repeated to `shape`.
  static int[] broadcast(long[] source, long[] shape) {
    long[] own = strides(source);
    long[] steps = new long[shape.length];
    int missing = shape.length - source.length;
    for (int axis = missing; axis < shape.length; axis++) {
      steps[axis] = source[axis - missing] == 1 ? 0 : own[axis - missing];
    }
    return walk(shape, 0, steps);
  }
}

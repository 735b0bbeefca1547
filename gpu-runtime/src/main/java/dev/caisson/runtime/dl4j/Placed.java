package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Cut;
import java.util.Arrays;
import java.util.List;

/// A tensor that is only the file's own numbers, moved about: each element is a position of the
/// flat vector, or a number that stays as it is. So weights are followed through the slices,
/// transpositions and joins that exporters put between a file and its layers. Immutable.
final class Placed implements Value {
  /// Marks a number that stays as it is.
  static final int FIXED = -1;

  private final long[] shape;
  private final int[] positions;
  private final float[] fixed;

  private Placed(long[] shape, int[] positions, float[] fixed) {
    this.shape = shape;
    this.positions = positions;
    this.fixed = fixed;
  }

  static Placed of(Parameter parameter) {
    int[] positions = new int[parameter.length()];
    Arrays.setAll(positions, i -> parameter.offset() + i);
    return new Placed(sizes(parameter.shape().dimensions()), positions, new float[0]);
  }

  static Placed of(Tensor tensor) {
    return fixed(sizes(tensor.shape().dimensions()), tensor.floats());
  }

  static Placed fixed(long[] shape, float[] numbers) {
    int[] positions = new int[numbers.length];
    Arrays.fill(positions, FIXED);
    return new Placed(shape, positions, numbers);
  }

  private static long[] sizes(List<Long> dimensions) {
    return dimensions.stream().mapToLong(Long::longValue).toArray();
  }

  long[] shape() {
    return shape;
  }

  int length() {
    return positions.length;
  }

  /// The element's position in the flat vector, or [#FIXED].
  int position(int element) {
    return positions[element];
  }

  /// The element's number, given the vector.
  float number(int element, float[] vector) {
    return positions[element] == FIXED ? fixed[element] : vector[positions[element]];
  }

  boolean isFixed() {
    return Arrays.stream(positions).allMatch(p -> p == FIXED);
  }

  Placed reshaped(long... sizes) {
    if (Axes.elements(sizes) != positions.length) {
      throw new IllegalArgumentException(
          "%d numbers do not fill %s".formatted(positions.length, Arrays.toString(sizes)));
    }
    return new Placed(sizes, positions, fixed);
  }

  Placed transposed(Integer... order) {
    return transposed(List.of(order));
  }

  Placed transposed(List<Integer> order) {
    return picked(Axes.permuted(shape, order), Axes.transposition(shape, order));
  }

  Placed expanded(long[] sizes) {
    return picked(sizes, Axes.broadcast(shape, sizes));
  }

  Placed cut(List<Cut> cuts) {
    long[] sizes = shape.clone();
    long[] steps = Axes.strides(shape);
    long start = 0;
    for (Cut cut : cuts) {
      start += cut.start() * steps[cut.axis()];
      steps[cut.axis()] *= cut.step();
      sizes[cut.axis()] = cut.size().fixed();
    }
    return picked(sizes, Axes.walk(sizes, start, steps));
  }

  /// Whole lines along an axis, in another order.
  Placed lines(int axis, int[] order) {
    long after = Axes.strides(shape)[axis];
    long[] sizes = shape.clone();
    sizes[axis] = order.length;
    int[] index = new int[Math.toIntExact(Axes.elements(sizes))];
    for (int i = 0; i < index.length; i++) {
      long line = i / after;
      long outer = line / order.length;
      index[i] =
          (int) ((outer * shape[axis] + order[(int) (line % order.length)]) * after + i % after);
    }
    return picked(sizes, index);
  }

  /// Joined along an axis; their other sizes agree.
  static Placed joined(List<Placed> parts, int axis) {
    long[] sizes = parts.getFirst().shape.clone();
    sizes[axis] = parts.stream().mapToLong(p -> p.shape[axis]).sum();
    int length = Math.toIntExact(Axes.elements(sizes));
    int[] positions = new int[length];
    float[] fixed = new float[length];
    long[] strides = Axes.strides(sizes);
    long start = 0;
    for (Placed part : parts) {
      int[] places = Axes.walk(part.shape, start, strides);
      for (int i = 0; i < places.length; i++) {
        positions[places[i]] = part.positions[i];
        fixed[places[i]] = part.positions[i] == FIXED ? part.fixed[i] : 0;
      }
      start += part.shape[axis] * strides[axis];
    }
    return new Placed(sizes, positions, fixed);
  }

  private Placed picked(long[] sizes, int[] index) {
    int[] picked = new int[index.length];
    float[] numbers = new float[fixed.length == 0 ? 0 : index.length];
    for (int i = 0; i < index.length; i++) {
      picked[i] = positions[index[i]];
      if (picked[i] == FIXED) {
        numbers[i] = fixed[index[i]];
      }
    }
    return new Placed(sizes, picked, numbers);
  }
}

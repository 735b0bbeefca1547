package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.shape.Dim;
import java.util.List;

/// The same numbers in another shape.
final class Reshaped implements VertexCode {
  private final List<Dim> dims;

  /// @param dims the shape; at most one size depends on the batch
  Reshaped(List<Dim> dims) {
    this.dims = List.copyOf(dims);
  }

  @Override
  public Block forward(Block[] inputs, boolean training) {
    float[] numbers = inputs[0].numbers();
    long[] shape = new long[dims.size()];
    int open = -1;
    long known = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      if (dims.get(axis).isFixed()) {
        shape[axis] = dims.get(axis).fixed();
        known *= shape[axis];
      } else {
        open = axis;
      }
    }
    if (open >= 0) {
      shape[open] = numbers.length / Math.max(1, known);
    }
    return new Block(shape, numbers);
  }

  @Override
  public Block[] backward(Block[] inputs, Block gradient) {
    return new Block[] {new Block(inputs[0].shape(), gradient.numbers())};
  }
}

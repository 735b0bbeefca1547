package dev.caisson.runtime.dl4j;

import java.util.List;

/// Axes in another order.
final class Transposed implements VertexCode {
  private final List<Integer> order;

  /// @param order for each axis of the result, that of the input
  Transposed(List<Integer> order) {
    this.order = List.copyOf(order);
  }

  Transposed(Integer... order) {
    this(List.of(order));
  }

  @Override
  public Block forward(Block[] inputs, boolean training) {
    int[] index = Axes.transposition(inputs[0].shape(), order);
    float[] result = new float[index.length];
    for (int i = 0; i < index.length; i++) {
      result[i] = inputs[0].numbers()[index[i]];
    }
    return new Block(Axes.permuted(inputs[0].shape(), order), result);
  }

  @Override
  public Block[] backward(Block[] inputs, Block gradient) {
    int[] index = Axes.transposition(inputs[0].shape(), order);
    float[] result = new float[index.length];
    for (int i = 0; i < index.length; i++) {
      result[index[i]] = gradient.numbers()[i];
    }
    return new Block[] {new Block(inputs[0].shape(), result)};
  }
}

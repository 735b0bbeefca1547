package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.shape.Cut;
import java.util.List;

/// Some lines along fixed axes: a Slice, or a Gather of one line.
final class Picked implements VertexCode {
  private final List<Cut> cuts;

  /// @param cuts along axes that do not depend on the batch
  Picked(List<Cut> cuts) {
    this.cuts = List.copyOf(cuts);
  }

  @Override
  public Block forward(Block[] inputs, boolean training) {
    long[] sizes = sizes(inputs[0].shape());
    int[] index = index(inputs[0].shape(), sizes);
    float[] result = new float[index.length];
    for (int i = 0; i < index.length; i++) {
      result[i] = inputs[0].numbers()[index[i]];
    }
    return new Block(sizes, result);
  }

  @Override
  public Block[] backward(Block[] inputs, Block gradient) {
    long[] shape = inputs[0].shape();
    int[] index = index(shape, sizes(shape));
    float[] result = new float[inputs[0].numbers().length];
    for (int i = 0; i < index.length; i++) {
      result[index[i]] = gradient.numbers()[i];
    }
    return new Block[] {new Block(shape, result)};
  }

  private long[] sizes(long[] shape) {
    long[] sizes = shape.clone();
    for (Cut cut : cuts) {
      sizes[cut.axis()] = cut.size().fixed();
    }
    return sizes;
  }

  private int[] index(long[] shape, long[] sizes) {
    long[] steps = Axes.strides(shape);
    long start = 0;
    for (Cut cut : cuts) {
      start += cut.start() * steps[cut.axis()];
      steps[cut.axis()] *= cut.step();
    }
    return Axes.walk(sizes, start, steps);
  }
}

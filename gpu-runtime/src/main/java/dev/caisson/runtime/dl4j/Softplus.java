package dev.caisson.runtime.dl4j;

/// The logarithm of 1 + e^x. DL4J's own is not used: it is infinite from 89 on, where e^x is no
/// float any more.
final class Softplus implements VertexCode {
  @Override
  public Block forward(Block[] inputs, boolean training) {
    float[] x = inputs[0].numbers();
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) (Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i]))));
    }
    return new Block(inputs[0].shape(), result);
  }

  @Override
  public Block[] backward(Block[] inputs, Block gradient) {
    float[] x = inputs[0].numbers();
    float[] g = gradient.numbers();
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) (g[i] / (1 + Math.exp(-x[i])));
    }
    return new Block[] {new Block(inputs[0].shape(), result)};
  }
}

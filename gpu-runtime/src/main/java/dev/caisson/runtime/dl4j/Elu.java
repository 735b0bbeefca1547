package dev.caisson.runtime.dl4j;

/// The exponential linear unit (Clevert et al. 2016). DL4J's own is not used: its gradient
/// (`EluBp`) takes alpha to be 1, whatever it was on the way forward.
final class Elu implements VertexCode {
  private final float alpha;

  Elu(float alpha) {
    this.alpha = alpha;
  }

  @Override
  public Block forward(Block[] inputs, boolean training) {
    float[] x = inputs[0].numbers();
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = x[i] > 0 ? x[i] : (float) (alpha * Math.expm1(x[i]));
    }
    return new Block(inputs[0].shape(), result);
  }

  @Override
  public Block[] backward(Block[] inputs, Block gradient) {
    float[] x = inputs[0].numbers();
    float[] g = gradient.numbers();
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = x[i] > 0 ? g[i] : (float) (g[i] * alpha * Math.exp(x[i]));
    }
    return new Block[] {new Block(inputs[0].shape(), result)};
  }
}

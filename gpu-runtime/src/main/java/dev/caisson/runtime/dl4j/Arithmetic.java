package dev.caisson.runtime.dl4j;

/// A value and numbers of the file, which may be weights, element by element; the numbers are
/// repeated along axes that they lack.
final class Arithmetic implements VertexCode {
  enum Kind {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE
  }

  private final Kind kind;
  private final boolean valueFirst;
  private final Placed numbers;
  private final StepState state;

  /// @param valueFirst whether the value is the left side
  Arithmetic(Kind kind, boolean valueFirst, Placed numbers, StepState state) {
    this.kind = kind;
    this.valueFirst = valueFirst;
    this.numbers = numbers;
    this.state = state;
  }

  @Override
  public Block forward(Block[] inputs, boolean training) {
    float[] x = inputs[0].numbers();
    int[] index = Axes.broadcast(numbers.shape(), inputs[0].shape());
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      float c = numbers.number(index[i], state.vector());
      float left = valueFirst ? x[i] : c;
      float right = valueFirst ? c : x[i];
      result[i] =
          switch (kind) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
          };
    }
    return new Block(inputs[0].shape(), result);
  }

  @Override
  public Block[] backward(Block[] inputs, Block gradient) {
    float[] x = inputs[0].numbers();
    float[] g = gradient.numbers();
    int[] index = Axes.broadcast(numbers.shape(), inputs[0].shape());
    float[] result = new float[x.length];
    double[] sums = new double[numbers.length()];
    for (int i = 0; i < x.length; i++) {
      float c = numbers.number(index[i], state.vector());
      float left = valueFirst ? x[i] : c;
      float right = valueFirst ? c : x[i];
      float byLeft =
          switch (kind) {
            case ADD, SUBTRACT -> g[i];
            case MULTIPLY -> g[i] * right;
            case DIVIDE -> g[i] / right;
          };
      float byRight =
          switch (kind) {
            case ADD -> g[i];
            case SUBTRACT -> -g[i];
            case MULTIPLY -> g[i] * left;
            case DIVIDE -> -g[i] * left / (right * right);
          };
      result[i] = valueFirst ? byLeft : byRight;
      sums[index[i]] += valueFirst ? byRight : byLeft;
    }
    for (int i = 0; i < sums.length; i++) {
      if (numbers.position(i) != Placed.FIXED) {
        state.gradient()[numbers.position(i)] += (float) sums[i];
      }
    }
    return new Block[] {new Block(inputs[0].shape(), result)};
  }
}

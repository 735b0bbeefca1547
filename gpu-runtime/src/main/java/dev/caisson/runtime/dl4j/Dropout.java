package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.train.Seed;
import java.util.function.LongSupplier;

/// Drops numbers while training and makes the others larger to make up for it. The mask follows
/// from the step's seed alone: ND4J's generator would be shared by every study in the process.
final class Dropout implements VertexCode {
  private final float kept;
  private final int use;
  private final StepState state;
  private boolean drops;

  /// @param use tells several masks of one step apart
  Dropout(float ratio, int use, StepState state) {
    this.kept = 1 - ratio;
    this.use = use;
    this.state = state;
  }

  @Override
  public Block forward(Block[] inputs, boolean training) {
    drops = training;
    return masked(inputs[0]);
  }

  @Override
  public Block[] backward(Block[] inputs, Block gradient) {
    return new Block[] {masked(gradient)};
  }

  private Block masked(Block block) {
    if (!drops) {
      return block;
    }
    LongSupplier random = new Seed(state.seed(), use).stream(0);
    float[] result = new float[block.numbers().length];
    for (int i = 0; i < result.length; i++) {
      // 24 bits are a float's own precision.
      boolean keep = (random.getAsLong() >>> 40) * 0x1p-24f < kept;
      result[i] = keep ? block.numbers()[i] / kept : 0;
    }
    return new Block(block.shape(), result);
  }
}

package dev.caisson.protocol.strategy;

/// Some neighbouring entries of a state and of a round's mean update. The arrays are the caller's
/// and may be longer than [#size]; what lies behind is not read.
public final class Block {
  private final float[][] state;
  private final double[] update;
  private final double share;
  private int size;

  /// @param vectors of the state
  /// @param share how many of the plan's sites the sum covers, as a share of all: |S| / N
  Block(int vectors, int capacity, double share) {
    this.state = new float[vectors][capacity];
    this.update = new double[capacity];
    this.share = share;
  }

  /// Entries in this block.
  public int size() {
    return size;
  }

  void resize(int entries) {
    size = entries;
  }

  /// The weights; a step changes them in place.
  public float[] weights() {
    return state[0];
  }

  /// What the strategy remembers, by its place in [Strategy#memory]; a step changes it in place.
  public float[] memory(int place) {
    return state[1 + place];
  }

  /// The mean update, as the plan's weights have it.
  public double[] update() {
    return update;
  }

  /// |S| / N: survivors of the round as a share of the sites that the plan names.
  public double share() {
    return share;
  }

  float[] vector(int place) {
    return state[place];
  }
}

package dev.caisson.runtime.shape;

/// What a Pad adds along one axis at the start and at the end; less than zero is cut off.
public record Padded(int axis, long input, long before, long after) {
  public long output() {
    return input + before + after;
  }
}

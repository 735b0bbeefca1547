package dev.caisson.runtime.device;

import java.util.Comparator;

/// The generation of a GPU, which decides what machine code it runs: code for `x.y` runs on `x.z`
/// with z >= y, and on no other major version (CUDA C++ Programming Guide, "Binary Compatibility").
/// 6.x is Pascal, 7.0 Volta, 7.5 Turing, 8.x Ampere and Ada (8.9), 9.0 Hopper, 10.x and 12.x
/// Blackwell.
public record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {
  public ComputeCapability {
    if (major < 1 || major > 99 || minor < 0 || minor > 99) {
      throw new IllegalArgumentException(
          "a compute capability is 1.0 to 99.99, got %d.%d".formatted(major, minor));
    }
  }

  @Override
  public int compareTo(ComputeCapability other) {
    return Comparator.comparingInt(ComputeCapability::major)
        .thenComparingInt(ComputeCapability::minor)
        .compare(this, other);
  }

  boolean isWithin(int fromMajor, int fromMinor, int toMajor, int toMinor) {
    return compareTo(new ComputeCapability(fromMajor, fromMinor)) >= 0
        && compareTo(new ComputeCapability(toMajor, toMinor)) <= 0;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}

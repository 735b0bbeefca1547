package dev.caisson.airlock.scan;

/// How large and how deep a model file may be. Everything is checked before memory is spent on it:
/// the scan itself allocates at most a small multiple of the file's length. `parts` counts protobuf
/// messages and texts at any depth, `numbers` those of one to ten bytes each (a parser spends eight
/// on each).
public record ScanLimits(long bytes, int nodes, int tensors, int parts, int numbers, int depth) {
  public ScanLimits {
    if (bytes < 1 || bytes > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("a scanned file has 1..2^31-65 bytes, got " + bytes);
    }
    if (nodes < 1 || tensors < 1 || parts < 1 || numbers < 1 || depth < 4 || depth > 90) {
      throw new IllegalArgumentException(
          "limits are positive and depth is 4..90 (protobuf itself stops at 100)");
    }
  }

  /// 512 MiB, 100,000 nodes and as many tensors, half a million parts, 8 million numbers, 40
  /// levels.
  public static ScanLimits usual() {
    return new ScanLimits(512L << 20, 100_000, 100_000, 500_000, 8_000_000, 40);
  }
}

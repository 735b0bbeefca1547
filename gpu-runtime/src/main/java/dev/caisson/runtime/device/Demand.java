package dev.caisson.runtime.device;

/// How much of a device's memory someone asks for.
///
/// @param least below this it is of no use
/// @param most what suffices for everything; where there is less, what there is will do
public record Demand(long least, long most) {
  public Demand {
    if (least < 1 || most < least) {
      throw new IllegalArgumentException(
          "a demand is 1 byte or more, and at most not below at least; got %d to %d"
              .formatted(least, most));
    }
  }

  /// So much and no less.
  public static Demand exactly(long bytes) {
    return new Demand(bytes, bytes);
  }
}

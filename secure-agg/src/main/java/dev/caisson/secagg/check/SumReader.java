package dev.caisson.secagg.check;

/// Is told the sum while it is being checked: nothing is known of what it is told until the check
/// has found [Finding.Verified], whose digest then is that of these bytes, one behind the other.
@FunctionalInterface
public interface SumReader {
  /// Takes the next chunk, in order: the first `length` bytes, which are used again.
  void take(byte[] packed, int length);

  /// Is not interested.
  SumReader NONE = (_, _) -> {};
}

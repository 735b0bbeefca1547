package dev.caisson.secagg.encoding;

/// Real values that need not all be in memory at once.
///
/// It is read several times over, by several threads at a time where the caller allows several, and
/// must give the same values each time: other ones are noticed and stop the upload, because two
/// different vectors under one mask would give their difference away.
@FunctionalInterface
public interface RealSource {
  /// Puts entries `from` to `from + size` at the front of `into`.
  void read(int from, float[] into, int size);
}

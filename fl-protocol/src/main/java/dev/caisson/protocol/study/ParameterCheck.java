package dev.caisson.protocol.study;

import dev.caisson.trust.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/// Checks a vector against its manifest while it arrives, in pieces of any size, which may end
/// within a value. Memory does not grow with the vector.
///
/// Guarantee: where [#end] returns, the pieces together were exactly the vector whose digests the
/// manifest states, all its values finite. What is wrong is an `IllegalArgumentException` that says
/// what and where, as early as it is known; nothing more may be handed over then. One thread at a
/// time.
public final class ParameterCheck {
  private static final int EXPONENT = 0x7f800000;

  private final ParameterManifest manifest;
  private final MessageDigest sha = Digest.sha256();
  private final ByteBuffer split = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private int entry;
  private long taken;
  private long checked;

  public ParameterCheck(ParameterManifest manifest) {
    this.manifest = manifest;
  }

  /// Takes the next bytes, all that remain in the buffer.
  public void take(ByteBuffer piece) {
    requireFinite(piece.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    while (piece.hasRemaining()) {
      if (entry == manifest.entries().size()) {
        throw new IllegalArgumentException(
            "the vector has more than the %d values of the manifest".formatted(manifest.length()));
      }
      ParameterManifest.Entry current = manifest.entries().get(entry);
      long end = ((long) current.offset() + current.length()) * Float.BYTES;
      int size = (int) Math.min(end - taken, piece.remaining());
      sha.update(piece.slice(piece.position(), size));
      piece.position(piece.position() + size);
      taken += size;
      if (taken == end) {
        if (!Digest.ofBytes(sha.digest()).equals(current.digest())) {
          throw ParameterManifest.otherValues(current);
        }
        entry++;
      }
    }
  }

  /// Says that nothing more comes.
  public void end() {
    if (entry < manifest.entries().size()) {
      throw new IllegalArgumentException(
          "the vector has %d values, the manifest %d"
              .formatted(taken / Float.BYTES, manifest.length()));
    }
  }

  private void requireFinite(ByteBuffer piece) {
    while (split.position() > 0 && piece.hasRemaining()) {
      split.put(piece.get());
      if (!split.hasRemaining()) {
        requireFinite(split.getInt(0));
        split.clear();
      }
    }
    while (piece.remaining() >= Float.BYTES) {
      requireFinite(piece.getInt());
    }
    split.put(piece);
  }

  private void requireFinite(int bits) {
    if ((bits & EXPONENT) == EXPONENT) {
      throw new IllegalArgumentException(
          "value %d of a state vector is not finite".formatted(checked));
    }
    checked++;
  }
}

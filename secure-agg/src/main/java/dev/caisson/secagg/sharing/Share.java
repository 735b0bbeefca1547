package dev.caisson.secagg.sharing;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// One holder's share of one secret: a field element per limb. Secret until revealed.
public final class Share implements AutoCloseable {
  private final long[] limbs;

  Share(long[] limbs) {
    this.limbs = limbs;
  }

  /// A share with these limbs (copied), in the order of [Shamir]: least significant first.
  public static Share of(long... limbs) {
    return new Share(limbs.clone());
  }

  /// Reads `limbs` field elements of 8 bytes, big-endian; larger ones than the field has are
  /// refused.
  public static Share decode(byte[] encoded, int limbs, PrimeField field)
      throws MalformedException {
    if (encoded.length != limbs * Long.BYTES) {
      throw new MalformedException("a share has %d bytes".formatted(limbs * Long.BYTES));
    }
    long[] values = new long[limbs];
    ByteBuffer.wrap(encoded).asLongBuffer().get(values);
    for (long value : values) {
      if (value < 0 || value >= field.modulus()) {
        throw new MalformedException("a share's limb is not in the field");
      }
    }
    return new Share(values);
  }

  public byte[] encoded() {
    ByteBuffer out = ByteBuffer.allocate(limbs.length * Long.BYTES);
    out.asLongBuffer().put(limbs);
    return out.array();
  }

  /// The commitment to this whole share. Whole, because a hash of one 52-bit limb could be
  /// searched. `of` names the secret ("k" or "b").
  public Digest commitment(String of, int dealer, int holder) {
    byte[] encoded = encoded();
    try {
      return new FieldWriter(Suite.DOMAIN + "share")
          .text(of)
          .number(dealer)
          .number(holder)
          .bytes(encoded)
          .toDigest();
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  long limb(int i) {
    return limbs[i];
  }

  int size() {
    return limbs.length;
  }

  @Override
  public void close() {
    Arrays.fill(limbs, 0);
  }

  @Override
  public String toString() {
    return "Share[redacted]";
  }
}

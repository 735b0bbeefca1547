package dev.caisson.trust;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// Writes the one canonical encoding of everything that is signed or hashed: a domain label, then
/// fields in a fixed order, each with its length in front. Two different field lists never give the
/// same bytes: numbers are 8 bytes big-endian; bytes and texts (UTF-8) carry a 4-byte length; a
/// list is its size followed by its items.
public final class FieldWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int ROOM = 512;

  private byte[] out;
  private int length;

  /// Starts a structure of this domain, for example `caisson/secagg/v1/keys`.
  public FieldWriter(String domain) {
    this(domain, ROOM);
  }

  /// As above, with room for so many bytes, so that it need not grow on the way there.
  public FieldWriter(String domain, int room) {
    out = new byte[room];
    text(domain);
  }

  public FieldWriter number(long value) {
    int at = grow(Long.BYTES);
    LONG.set(out, at, value);
    return this;
  }

  /// Written as the IEEE 754 bits of its canonical form.
  public FieldWriter real(double value) {
    return number(Double.doubleToLongBits(value));
  }

  public FieldWriter bytes(byte[] value) {
    int at = grow(Math.addExact(Integer.BYTES, value.length));
    INT.set(out, at, value.length);
    System.arraycopy(value, 0, out, at + Integer.BYTES, value.length);
    return this;
  }

  public FieldWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  public FieldWriter digest(Digest value) {
    return bytes(value.bytes());
  }

  public byte[] toBytes() {
    return Arrays.copyOf(out, length);
  }

  /// The digest of what was written.
  public Digest toDigest() {
    MessageDigest sha = Digest.sha256();
    sha.update(out, 0, length);
    return Digest.ofBytes(sha.digest());
  }

  /// Makes room for so many bytes; gives where they begin.
  private int grow(int more) {
    int at = length;
    length = Math.addExact(length, more);
    if (length > out.length) {
      int wanted = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * out.length);
      out = Arrays.copyOf(out, Math.max(length, wanted));
    }
    return at;
  }
}

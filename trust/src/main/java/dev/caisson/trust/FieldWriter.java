package dev.caisson.trust;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Writes the one canonical encoding of everything that is signed or hashed: a domain label, then
/// fields in a fixed order, each with its length in front. Two different field lists never give the
/// same bytes: numbers are 8 bytes big-endian; bytes and texts (UTF-8) carry a 4-byte length; a
/// list is its size followed by its items.
public final class FieldWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// Starts a structure of this domain, for example `caisson/secagg/v1/keys`.
  public FieldWriter(String domain) {
    text(domain);
  }

  public FieldWriter number(long value) {
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    return this;
  }

  /// Written as the IEEE 754 bits of its canonical form.
  public FieldWriter real(double value) {
    return number(Double.doubleToLongBits(value));
  }

  public FieldWriter bytes(byte[] value) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
    out.writeBytes(value);
    return this;
  }

  public FieldWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  public FieldWriter digest(Digest value) {
    return bytes(value.bytes());
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }

  /// The digest of what was written.
  public Digest toDigest() {
    return Digest.of(out.toByteArray());
  }
}

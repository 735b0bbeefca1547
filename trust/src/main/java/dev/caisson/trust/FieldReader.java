package dev.caisson.trust;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads what [FieldWriter] wrote. Every length is checked against a caller's bound and against
/// what is left *before* anything is allocated; [#end] refuses leftovers, so a message has one
/// reading.
public final class FieldReader {
  private final ByteBuffer in;

  /// Starts reading a structure that must carry this domain.
  public FieldReader(String domain, byte[] encoded) throws MalformedException {
    this.in = ByteBuffer.wrap(encoded);
    String found = text(256);
    if (!found.equals(domain)) {
      throw new MalformedException("expected a structure of '%s'".formatted(domain));
    }
  }

  /// The domain that an encoding claims, for telling message kinds apart.
  public static String domainOf(byte[] encoded) throws MalformedException {
    return new FieldReader(ByteBuffer.wrap(encoded)).text(256);
  }

  private FieldReader(ByteBuffer in) {
    this.in = in;
  }

  public long number() throws MalformedException {
    try {
      return in.getLong();
    } catch (BufferUnderflowException e) {
      throw new MalformedException("truncated: a number needs 8 bytes", e);
    }
  }

  /// A number that must lie in `[min, max]`.
  public int number(int min, int max) throws MalformedException {
    long value = number();
    if (value < min || value > max) {
      throw new MalformedException("%d is outside %d..%d".formatted(value, min, max));
    }
    return (int) value;
  }

  public double real() throws MalformedException {
    return Double.longBitsToDouble(number());
  }

  /// At most `max` bytes.
  public byte[] bytes(int max) throws MalformedException {
    if (in.remaining() < Integer.BYTES) {
      throw new MalformedException("truncated: a length needs 4 bytes");
    }
    int length = in.getInt();
    if (length < 0 || length > max) {
      throw new MalformedException("a field claims %d bytes, at most %d".formatted(length, max));
    }
    if (length > in.remaining()) {
      throw new MalformedException(
          "truncated: a field claims %d bytes, %d are left".formatted(length, in.remaining()));
    }
    byte[] value = new byte[length];
    in.get(value);
    return value;
  }

  /// Exactly `length` bytes.
  public byte[] exactly(int length) throws MalformedException {
    byte[] value = bytes(length);
    if (value.length != length) {
      throw new MalformedException(
          "a field has %d bytes instead of %d".formatted(value.length, length));
    }
    return value;
  }

  public String text(int maxBytes) throws MalformedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes(maxBytes)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a text is not UTF-8", e);
    }
  }

  public Digest digest() throws MalformedException {
    return Digest.ofBytes(exactly(Digest.BYTES));
  }

  /// Refuses bytes behind the last field.
  public void end() throws MalformedException {
    if (in.hasRemaining()) {
      throw new MalformedException("%d bytes behind the last field".formatted(in.remaining()));
    }
  }
}

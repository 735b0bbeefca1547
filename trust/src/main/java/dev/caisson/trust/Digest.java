package dev.caisson.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// A SHA-256 digest: 32 bytes, compared by content, written `sha256:` and 64 lower-case hex digits.
public final class Digest {
  public static final int BYTES = 32;
  private static final String PREFIX = "sha256:";

  private final byte[] value;

  private Digest(byte[] value) {
    this.value = value;
  }

  /// The digest whose 32 bytes these are (copied).
  public static Digest ofBytes(byte[] value) {
    if (value.length != BYTES) {
      throw new IllegalArgumentException(
          "a SHA-256 digest has 32 bytes, got %d".formatted(value.length));
    }
    return new Digest(value.clone());
  }

  /// The digest of some content.
  public static Digest of(byte[]... parts) {
    MessageDigest sha = sha256();
    for (byte[] part : parts) {
      sha.update(part);
    }
    return new Digest(sha.digest());
  }

  /// The digest of a text's UTF-8 bytes.
  public static Digest ofText(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The digest of a file, read in pieces.
  public static Digest ofFile(Path file) throws IOException {
    MessageDigest sha = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
      byte[] piece = new byte[1 << 16];
      while (in.read(piece) >= 0) {
        // the digest stream does the work
      }
    }
    return new Digest(sha.digest());
  }

  /// Reads what [#toString] writes; anything else is an `IllegalArgumentException`.
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + 2 * BYTES) {
      throw new IllegalArgumentException("not a digest (sha256: and 64 hex digits): " + text);
    }
    return new Digest(HexFormat.of().parseHex(text, PREFIX.length(), text.length()));
  }

  /// A fresh SHA-256 for content that arrives in pieces.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }

  /// The 32 bytes, copied.
  public byte[] bytes() {
    return value.clone();
  }

  /// The 64 hex digits without the prefix, fit for a file name.
  public String hex() {
    return HexFormat.of().formatHex(value);
  }

  /// The first 12 hex digits, for people; never compare by it.
  public String shortHex() {
    return hex().substring(0, 12);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest d && MessageDigest.isEqual(value, d.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return PREFIX + hex();
  }
}

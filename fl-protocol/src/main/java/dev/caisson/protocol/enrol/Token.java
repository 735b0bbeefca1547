package dev.caisson.protocol.enrol;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// The right to one certificate, as it is handed to a person: a handle by which the coordinator
/// finds it, 192 random bits that it knows only by their hash, and the digest of the authority's
/// certificate, so that who enrols trusts no server that this authority has not certified. Four
/// bytes of checksum tell a slip of the hand from a wrong token. A secret: never printed but by
/// [#text].
public final class Token {
  private static final String PREFIX = "caisson-";
  private static final byte VERSION = 1;
  private static final int HANDLE = 8;
  private static final int SECRET = 24;
  private static final int CHECK = 4;
  private static final int BYTES = 1 + HANDLE + SECRET + Digest.BYTES + CHECK;

  /// Bytes of the part that is shown to the coordinator.
  public static final int SHOWN_BYTES = HANDLE + SECRET;

  private final byte[] shown;
  private final Digest authority;

  private Token(byte[] shown, Digest authority) {
    this.shown = shown;
    this.authority = authority;
  }

  /// A fresh one.
  public static Token fresh(SecureRandom random, Digest authority) {
    byte[] shown = new byte[SHOWN_BYTES];
    random.nextBytes(shown);
    return new Token(shown, authority);
  }

  /// Reads what [#text] wrote; the message of the refusal never repeats it.
  public static Token parse(String text) {
    String bare = text.strip();
    try {
      byte[] bytes =
          bare.startsWith(PREFIX) && bare.length() < 200
              ? Base64.getUrlDecoder().decode(bare.substring(PREFIX.length()))
              : new byte[0];
      if (bytes.length == BYTES
          && bytes[0] == VERSION
          && Arrays.equals(bytes, BYTES - CHECK, BYTES, check(bytes), 0, CHECK)) {
        return new Token(
            Arrays.copyOfRange(bytes, 1, 1 + SHOWN_BYTES),
            Digest.ofBytes(Arrays.copyOfRange(bytes, 1 + SHOWN_BYTES, BYTES - CHECK)));
      }
    } catch (IllegalArgumentException e) {
      // no base64: falls through to the one refusal
    }
    throw new IllegalArgumentException(
        "this is not a token, or not a whole one: copy all of it, from 'caisson-' to its end");
  }

  /// What is handed over.
  public String text() {
    byte[] bytes = new byte[BYTES];
    bytes[0] = VERSION;
    System.arraycopy(shown, 0, bytes, 1, SHOWN_BYTES);
    System.arraycopy(authority.bytes(), 0, bytes, 1 + SHOWN_BYTES, Digest.BYTES);
    System.arraycopy(check(bytes), 0, bytes, BYTES - CHECK, CHECK);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] check(byte[] bytes) {
    return Arrays.copyOf(Digest.of(Arrays.copyOf(bytes, BYTES - CHECK)).bytes(), CHECK);
  }

  /// The part that is shown to the coordinator.
  public byte[] shown() {
    return shown.clone();
  }

  /// The SHA-256 of the authority's certificate.
  public Digest authority() {
    return authority;
  }

  /// By what the coordinator finds a shown token.
  public static String handle(byte[] shown) {
    return HexFormat.of().formatHex(shown, 0, HANDLE);
  }

  /// What the coordinator keeps of a shown token.
  public static Digest hash(byte[] shown) {
    return new FieldWriter("caisson/enrolment-token/v1").bytes(shown).toDigest();
  }

  /// What an identity signs to show that its holder asks for this certificate with this token: no
  /// other token, request or identity goes with the signature.
  public static byte[] statement(byte[] shown, byte[] certificateRequest, byte[] identity) {
    return new FieldWriter("caisson/enrolment-proof/v1")
        .digest(hash(shown))
        .digest(Digest.of(certificateRequest))
        .digest(Digest.of(identity))
        .toBytes();
  }

  @Override
  public String toString() {
    return "Token[secret]";
  }
}

package dev.caisson.protocol.study;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import java.util.Arrays;

/// A study's plan as it travels to the sites: what is planned, with which model file, and who
/// answers for it. The coordinator only passes it on: it cannot write a plan that a site takes part
/// in, nor change a comment of one.
///
/// **Not guaranteed**: that the plan is new. A coordinator can offer again what a researcher signed
/// once; a site answers each state of one plan once, however many studies bear it.
///
/// @param text the plan's UTF-8 bytes, unread
/// @param model the digest of the model file
/// @param researcher the name under which rosters have the identity
/// @param signature what [IdentityKey#sign] gave for the [#statement], or nothing
@SuppressWarnings("ArrayRecordComponent") // in transit, never compared
public record SignedPlan(byte[] text, Digest model, String researcher, byte[] signature) {
  /// An ML-DSA-65 and an Ed25519 signature have 3.4 KiB (FIPS 204, table 2).
  public static final int MAX_SIGNATURE = 4096;

  private static final String DOMAIN = "caisson/plan/v1";
  private static final int MAX_NAME = 63;

  public SignedPlan {
    if (researcher.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "a researcher's name has at most %d characters".formatted(MAX_NAME));
    }
    if (signature.length > MAX_SIGNATURE) {
      throw new IllegalArgumentException(
          "a plan's signature has at most %d bytes, got %d"
              .formatted(MAX_SIGNATURE, signature.length));
    }
  }

  /// The researcher's word for it.
  public static SignedPlan sign(byte[] text, Digest model, String researcher, IdentityKey key) {
    return new SignedPlan(text, model, researcher, key.sign(statement(text, model, researcher)));
  }

  /// Whether this identity's holder signed this text, model file and name.
  public boolean isSignedBy(Identity identity) {
    return identity.verifies(statement(text, model, researcher), signature);
  }

  /// Whether the other one says the same, whoever signed it.
  public boolean isOf(SignedPlan other) {
    return Arrays.equals(text, other.text)
        && model.equals(other.model)
        && researcher.equals(other.researcher);
  }

  private static byte[] statement(byte[] text, Digest model, String researcher) {
    return new FieldWriter(DOMAIN).text(researcher).digest(Digest.of(text)).digest(model).toBytes();
  }
}

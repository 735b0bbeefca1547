package dev.caisson.secagg;

import dev.caisson.trust.FieldReader;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;

/// By which schemes the statements of a round are signed. Fixed in the manifest, so that all
/// members sign and check alike; a site's policy may insist on the stronger.
public enum Signatures {
  /// ML-DSA-65 (FIPS 204) alone: post-quantum, and the fastest to verify.
  ML_DSA("ml-dsa-65"),
  /// ML-DSA-65 and Ed25519 (RFC 8032); both must hold, so a statement stays sound while either
  /// scheme does.
  ML_DSA_AND_ED25519("ml-dsa-65-and-ed25519");

  /// The largest signature: both, each with its length, under their domain.
  public static final int MAX_BYTES = 3_309 + 64 + 4 * Integer.BYTES + 32;

  private final String label;

  Signatures(String label) {
    this.label = label;
  }

  /// As it stands in manifests, plans and settings.
  public String label() {
    return label;
  }

  static Signatures read(FieldReader in) throws MalformedException {
    String label = in.text(64);
    for (Signatures signatures : values()) {
      if (signatures.label.equals(label)) {
        return signatures;
      }
    }
    throw new MalformedException("signatures of a kind that this suite does not have");
  }

  /// A signature over `message`.
  public Bytes sign(IdentityKey key, byte[] message) {
    return Bytes.of(
        switch (this) {
          case ML_DSA -> key.signMlDsa(message);
          case ML_DSA_AND_ED25519 -> key.sign(message);
        });
  }

  /// Whether `signature` is one of `identity` over `message`, by all schemes that this names.
  public boolean verify(Identity identity, byte[] message, Bytes signature) {
    return switch (this) {
      case ML_DSA -> identity.verifiesMlDsa(message, signature.toArray());
      case ML_DSA_AND_ED25519 -> identity.verifies(message, signature.toArray());
    };
  }
}

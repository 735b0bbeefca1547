package dev.caisson.airlock.policy;

import dev.caisson.airlock.CanonicalJson;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;

/// The file beside a policy, `policy.yaml.sig`: the digest of the policy's bytes, the signer's
/// public keys, and both signatures (Ed25519 and ML-DSA-65) over digest, signer and time. Written
/// in one spelling. Comments are signed too: any changed byte needs a new signature.
///
/// A signature tells which key signed. Whose key that is, the verifier must have learned by another
/// way; the file's own key proves nothing.
///
/// @param key base64 of [Identity#encoded]
/// @param signature base64 of [IdentityKey#sign]
public record SignedPolicy(
    String format, Digest policy, Digest signer, String key, Instant signed, String signature) {
  public static final String FORMAT = "caisson/policy-signature/v1";

  /// The most bytes of a signature file; one has some 8,000.
  public static final int MAX_BYTES = 64 << 10;

  /// Ends the name of the file beside the policy.
  public static final String SUFFIX = ".sig";

  /// The content of the file beside this policy.
  public static byte[] sign(byte[] policy, IdentityKey key, Instant now) {
    Digest digest = Digest.of(policy);
    Instant time = now.truncatedTo(ChronoUnit.SECONDS);
    Identity signer = key.identity();
    return CanonicalJson.write(
        new SignedPolicy(
            FORMAT,
            digest,
            signer.fingerprint(),
            Base64.getEncoder().encodeToString(signer.encoded()),
            time,
            Base64.getEncoder()
                .encodeToString(key.sign(message(digest, signer.fingerprint(), time)))));
  }

  /// Whether these bytes are a policy signed by the trusted signer. Never throws for what a file
  /// holds: whatever is wrong with a signature, the policy is unsigned.
  ///
  /// @param signature the file beside the policy, if there is one
  /// @param trusted whose signature counts, learned by another way; nobody's, if empty
  public static Standing verify(
      byte[] policy, Optional<byte[]> signature, Optional<Identity> trusted) {
    if (signature.isEmpty()) {
      return new Standing.Unsigned(
          "there is no signature file beside it; sign it with 'caisson airlock policy sign'");
    }
    try {
      if (signature.get().length > MAX_BYTES) {
        throw new MalformedException(
            "%d bytes, at most %d are read".formatted(signature.get().length, MAX_BYTES));
      }
      SignedPolicy read = CanonicalJson.read(signature.get(), SignedPolicy.class);
      return read.standing(Digest.of(policy), trusted);
    } catch (MalformedException e) {
      return new Standing.Unsigned(
          "the file beside it is no signature of a policy (%s); sign it again"
              .formatted(e.getMessage()));
    }
  }

  private Standing standing(Digest found, Optional<Identity> trusted) throws MalformedException {
    if (!format.equals(FORMAT)) {
      throw new MalformedException("its format is not " + FORMAT);
    }
    if (!policy.equals(found)) {
      return new Standing.Unsigned(
          "the signature is of another file (%s, this one is %s): the policy was changed after it was signed; sign it again"
              .formatted(policy.shortHex(), found.shortHex()));
    }
    Identity identity = Identity.decode(decoded(key));
    if (!identity.fingerprint().equals(signer)
        || !identity.verifies(message(policy, signer, signed), decoded(signature))) {
      return new Standing.Unsigned(
          "the signature does not hold: it was altered, or not made with the key it names");
    }
    if (trusted.isEmpty() || !trusted.get().equals(identity)) {
      return new Standing.Unsigned(
          "signed by %s, which this airlock does not trust: %s"
              .formatted(
                  signer,
                  trusted
                      .map(t -> "it trusts " + t.fingerprint())
                      .orElse("it has no trusted signer yet")));
    }
    return new Standing.Signed(signer, signed);
  }

  private static byte[] message(Digest policy, Digest signer, Instant signed) {
    return new FieldWriter(FORMAT)
        .digest(policy)
        .digest(signer)
        .number(signed.getEpochSecond())
        .toBytes();
  }

  private static byte[] decoded(String base64) throws MalformedException {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
        throw new MalformedException("base64 in another than its canonical spelling");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      throw new MalformedException("not base64", e);
    }
  }
}

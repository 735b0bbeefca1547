package dev.caisson.airlock.release;

import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import java.util.Base64;

/// `signer.json`: the airlock's public keys, to tell which key signed. It proves nothing about who
/// holds that key: trust comes from a key or fingerprint that the verifier brings.
public record SignerFile(String schema, Digest fingerprint, String key) {
  static final String SCHEMA = "caisson/signer/v1";

  public static SignerFile of(Identity identity) {
    return new SignerFile(
        SCHEMA, identity.fingerprint(), Base64.getEncoder().encodeToString(identity.encoded()));
  }

  public Identity identity() throws MalformedException {
    try {
      Identity identity = Identity.decode(Base64.getDecoder().decode(key));
      if (!identity.fingerprint().equals(fingerprint) || !schema.equals(SCHEMA)) {
        throw new MalformedException("the key and its stated fingerprint or schema differ");
      }
      return identity;
    } catch (IllegalArgumentException e) {
      throw new MalformedException("the key is not base64", e);
    }
  }
}

package dev.caisson.secagg;

import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;

/// A manifest under its coordinator's signatures (ML-DSA-65 and Ed25519, both must hold).
public record SignedManifest(RoundManifest manifest, Bytes signature) {
  /// The largest encoding.
  public static final int MAX_BYTES = RoundManifest.MAX_BYTES + 8192;

  private static final String DOMAIN = Suite.DOMAIN + "signed-manifest";

  public static SignedManifest sign(RoundManifest manifest, IdentityKey coordinator) {
    return new SignedManifest(manifest, Bytes.of(coordinator.sign(manifest.encoded())));
  }

  /// Reads what [#encoded] wrote; says nothing about the signature.
  public static SignedManifest decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    RoundManifest manifest = RoundManifest.decode(in.bytes(RoundManifest.MAX_BYTES));
    Bytes signature = Bytes.of(in.bytes(8000));
    in.end();
    return new SignedManifest(manifest, signature);
  }

  public byte[] encoded() {
    return new FieldWriter(DOMAIN).bytes(manifest.encoded()).bytes(signature.toArray()).toBytes();
  }

  public boolean isSignedBy(Identity coordinator) {
    return coordinator.verifies(manifest.encoded(), signature.toArray());
  }
}

package dev.caisson.secagg.message;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;

/// An opening under its coordinator's signatures (ML-DSA-65 and Ed25519, both must hold), to every
/// member of U3. Decoding says nothing about the signature.
public record SignedSumOpening(SumOpening opening, Bytes signature) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "signed-sum-opening";

  public static SignedSumOpening sign(SumOpening opening, IdentityKey coordinator) {
    return new SignedSumOpening(opening, Bytes.of(coordinator.sign(opening.encoded())));
  }

  @Override
  public byte[] encoded() {
    return new FieldWriter(DOMAIN).bytes(opening.encoded()).bytes(signature.toArray()).toBytes();
  }

  public static SignedSumOpening decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    byte[] body = in.bytes(Limits.SUM_OPENING);
    Bytes signature = Bytes.of(in.bytes(8000));
    in.end();
    SumOpening opening = SumOpening.decode(body);
    if (!Arrays.equals(opening.encoded(), body)) {
      throw new MalformedException("an opening is not in its canonical form");
    }
    return new SignedSumOpening(opening, signature);
  }

  public boolean isSignedBy(Identity coordinator) {
    return coordinator.verifies(opening.encoded(), signature.toArray());
  }

  /// What tags name it by: everything that was signed.
  public Digest digest() {
    return Digest.of(opening.encoded());
  }
}

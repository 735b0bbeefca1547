package dev.caisson.secagg.message;

import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.Suite;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.Optional;

/// Step 0, from the coordinator to every member of the cohort: the signed manifest and, where the
/// round does not start from a study's first state, where its state came from.
public record Opening(SignedManifest manifest, Optional<Succession> succession) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "opening";

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).bytes(manifest.encoded());
    out.number(succession.isPresent() ? 1 : 0);
    succession.ifPresent(s -> out.bytes(s.encoded()));
    return out.toBytes();
  }

  /// Says nothing about the signature.
  public static Opening decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    SignedManifest manifest = SignedManifest.decode(in.bytes(SignedManifest.MAX_BYTES));
    Optional<Succession> succession =
        in.number(0, 1) == 1
            ? Optional.of(Succession.decode(in.bytes(Succession.MAX_BYTES)))
            : Optional.empty();
    in.end();
    return new Opening(manifest, succession);
  }
}

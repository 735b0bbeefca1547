package dev.caisson.secagg.message;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// Where a statement belongs: the round (by its manifest's digest), what its sender had seen of it
/// (the manifest again before D1 is known, then D1, D2 or D3), and the sender's number in the
/// cohort.
public record Origin(Digest manifest, Digest transcript, int sender) {
  FieldWriter open(String domain) {
    return new FieldWriter(domain).digest(manifest).digest(transcript).number(sender);
  }

  static Origin read(int cohort, FieldReader in) throws MalformedException {
    return new Origin(in.digest(), in.digest(), Limits.member(cohort, in));
  }
}

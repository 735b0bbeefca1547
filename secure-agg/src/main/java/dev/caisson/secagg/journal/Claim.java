package dev.caisson.secagg.journal;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// What one site says that it saw of another: how far that one's journal was, in which round (its
/// manifest's digest). A site that does not remember the round has lost a part of its memory, even
/// where its journal has grown as far again since.
public record Claim(Sighting at, Digest round) {
  void write(FieldWriter out) {
    at.write(out);
    out.digest(round);
  }

  static Claim read(FieldReader in) throws MalformedException {
    return new Claim(Sighting.read(in), in.digest());
  }
}

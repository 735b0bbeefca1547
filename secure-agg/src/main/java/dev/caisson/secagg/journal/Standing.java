package dev.caisson.secagg.journal;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a site says of journals when it enters a round: how far its own is, and how far it saw
/// those of other members, by member number. A site that others saw further than it knows itself
/// was restored from an old backup, or runs twice.
public record Standing(Sighting own, SortedMap<Integer, Claim> seen) {
  public Standing {
    seen = new TreeMap<>(seen);
  }

  @Override
  public SortedMap<Integer, Claim> seen() {
    return new TreeMap<>(seen);
  }

  /// Appends this to an encoding.
  public void write(FieldWriter out) {
    own.write(out);
    out.number(seen.size());
    seen.forEach(
        (member, claim) -> {
          out.number(member);
          claim.write(out);
        });
  }

  /// Reads what [#write] wrote; members ascend.
  public static Standing read(FieldReader in) throws MalformedException {
    Sighting own = Sighting.read(in);
    int size = in.number(0, Suite.MAX_COHORT);
    SortedMap<Integer, Claim> seen = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      int member = in.number(seen.isEmpty() ? 0 : seen.lastKey() + 1, Suite.MAX_COHORT - 1);
      seen.put(member, Claim.read(in));
    }
    return new Standing(own, seen);
  }
}

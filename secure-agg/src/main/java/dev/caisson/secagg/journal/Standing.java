package dev.caisson.secagg.journal;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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

  /// This with claims about so many members at the most, chosen by chance.
  public Standing sampled(int most, SecureRandom random) {
    List<Integer> members = new ArrayList<>(seen.keySet());
    Collections.shuffle(members, random);
    SortedMap<Integer, Claim> some = new TreeMap<>(seen);
    some.keySet().retainAll(Set.copyOf(members.subList(0, Math.min(most, members.size()))));
    return new Standing(own, some);
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
    return read(Suite.MAX_COHORT, in);
  }

  /// The same within a cohort of this many; of a larger one than the largest complete one, a site
  /// names no more than that.
  public static Standing read(int cohort, FieldReader in) throws MalformedException {
    Sighting own = Sighting.read(in);
    int size = in.number(0, Math.min(cohort, Suite.MAX_COHORT));
    SortedMap<Integer, Claim> seen = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      int member = in.number(seen.isEmpty() ? 0 : seen.lastKey() + 1, cohort - 1);
      seen.put(member, Claim.read(in));
    }
    return new Standing(own, seen);
  }
}

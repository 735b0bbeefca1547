package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// U3, to every member of it: whose uploads are summed, in member order, each with the digest of
/// its upload statement (which holds the upload's root and the confirmations).
public record SurvivorList(List<Entry> entries) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "survivor-list";

  /// One survivor.
  public record Entry(int member, Digest upload) {}

  public SurvivorList {
    entries = List.copyOf(entries);
  }

  public List<Integer> members() {
    return entries.stream().map(Entry::member).toList();
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).number(entries.size());
    entries.forEach(entry -> out.number(entry.member).digest(entry.upload));
    return out.toBytes();
  }

  public static SurvivorList decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static SurvivorList decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    int size = Limits.members(cohort, in);
    List<Entry> entries = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      entries.add(new Entry(Limits.member(cohort, in), in.digest()));
    }
    in.end();
    return new SurvivorList(entries);
  }
}

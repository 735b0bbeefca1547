package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// U2 over a sparse graph, to one member: the digest of every dealer's statement in member order,
/// and from each dealer that drew this member, what it dealt to it. Who else drew whom is nobody's
/// business: a site knows whom it drew itself.
public record NeighbourList(List<Entry> entries, List<Parcel> parcels) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "neighbour-list";

  /// That a member dealt, and what it signed when it did.
  public record Entry(int member, Digest statement) {}

  /// What one dealer has for this member: the dealer's keys again as they were in U1, its
  /// statement, and the leaf for this member with its place and path under the statement's root.
  public record Parcel(
      KeysStatement keys,
      Signed<SharesStatement> statement,
      ShareLeaf leaf,
      int place,
      List<Digest> path) {
    public Parcel {
      path = List.copyOf(path);
    }

    public int dealer() {
      return statement.statement().origin().sender();
    }
  }

  public NeighbourList {
    entries = List.copyOf(entries);
    parcels = List.copyOf(parcels);
  }

  public List<Integer> members() {
    return entries.stream().map(Entry::member).toList();
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).number(entries.size());
    entries.forEach(entry -> out.number(entry.member).digest(entry.statement));
    out.number(parcels.size());
    for (Parcel parcel : parcels) {
      out.bytes(parcel.keys.encoded())
          .bytes(parcel.statement.encoded())
          .bytes(parcel.leaf.encoded())
          .number(parcel.place)
          .number(parcel.path.size());
      parcel.path.forEach(out::digest);
    }
    return out.toBytes();
  }

  public static NeighbourList decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    int size = Limits.members(cohort, in);
    List<Entry> entries = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      entries.add(new Entry(Limits.member(cohort, in), in.digest()));
    }
    int dealers = Limits.members(cohort, in);
    List<Parcel> parcels = new ArrayList<>(dealers);
    for (int i = 0; i < dealers; i++) {
      parcels.add(parcel(cohort, in));
    }
    in.end();
    return new NeighbourList(entries, parcels);
  }

  private static Parcel parcel(int cohort, FieldReader in) throws MalformedException {
    KeysStatement keys = KeysStatement.decodeWithin(cohort, in.bytes(Limits.keys(cohort)));
    Signed<SharesStatement> statement =
        Signed.decodeWithin(cohort, in.bytes(Limits.CONSENT), SharesStatement::decodeWithin);
    ShareLeaf leaf = ShareLeaf.decodeWithin(cohort, in.bytes(ShareLeaf.MAX_BYTES));
    int place = Limits.member(cohort, in);
    int depth = in.number(0, Integer.SIZE - Integer.numberOfLeadingZeros(cohort));
    List<Digest> path = new ArrayList<>(depth);
    for (int i = 0; i < depth; i++) {
      path.add(in.digest());
    }
    return new Parcel(keys, statement, leaf, place, path);
  }
}

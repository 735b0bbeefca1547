package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// U2, to one member: every dealer's statement in member order, with the leaf for this member and
/// its Merkle path. Its own entry has no parcel.
public record ShareList(List<Entry> entries) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "share-list";

  /// One dealer's.
  public record Entry(Signed<SharesStatement> statement, Optional<Parcel> parcel) {}

  /// A leaf, and where it hangs in its dealer's tree.
  public record Parcel(ShareLeaf leaf, List<Digest> path) {
    public Parcel {
      path = List.copyOf(path);
    }
  }

  public ShareList {
    entries = List.copyOf(entries);
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).number(entries.size());
    for (Entry entry : entries) {
      out.bytes(entry.statement.encoded()).number(entry.parcel.isPresent() ? 1 : 0);
      entry.parcel.ifPresent(
          parcel -> {
            out.bytes(parcel.leaf.encoded()).number(parcel.path.size());
            parcel.path.forEach(out::digest);
          });
    }
    return out.toBytes();
  }

  public static ShareList decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    int size = Limits.members(Suite.MAX_COHORT, in);
    List<Entry> entries = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      entries.add(
          new Entry(
              Signed.decode(in.bytes(Limits.CONSENT), SharesStatement::decode),
              in.number(0, 1) == 1 ? Optional.of(parcel(in)) : Optional.empty()));
    }
    in.end();
    return new ShareList(entries);
  }

  private static Parcel parcel(FieldReader in) throws MalformedException {
    ShareLeaf leaf = ShareLeaf.decode(in.bytes(ShareLeaf.MAX_BYTES));
    int depth = in.number(0, Limits.PATH);
    List<Digest> path = new ArrayList<>(depth);
    for (int i = 0; i < depth; i++) {
      path.add(in.digest());
    }
    return new Parcel(leaf, path);
  }
}

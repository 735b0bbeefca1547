package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.MerkleTree;
import java.util.ArrayList;
import java.util.List;

/// Step 2, from a site: its statement and the leaves under the statement's root, one for each
/// member of U1 in order. The coordinator hands each leaf to its holder.
public record Deal(Signed<SharesStatement> statement, List<ShareLeaf> leaves) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "deal";

  public Deal {
    leaves = List.copyOf(leaves);
  }

  /// The tree over leaves.
  public static MerkleTree tree(List<ShareLeaf> leaves) {
    return new MerkleTree(leaves.stream().map(ShareLeaf::encoded).toList());
  }

  /// The root that the statement must carry.
  public Digest root() {
    return tree(leaves).root();
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).bytes(statement.encoded()).number(leaves.size());
    leaves.forEach(leaf -> out.bytes(leaf.encoded()));
    return out.toBytes();
  }

  public static Deal decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static Deal decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    Signed<SharesStatement> statement =
        Signed.decodeWithin(cohort, in.bytes(Limits.CONSENT), SharesStatement::decodeWithin);
    int size = in.number(1, cohort);
    List<ShareLeaf> leaves = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      leaves.add(ShareLeaf.decodeWithin(cohort, in.bytes(ShareLeaf.MAX_BYTES)));
    }
    in.end();
    return new Deal(statement, leaves);
  }
}

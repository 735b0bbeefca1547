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
    FieldReader in = new FieldReader(DOMAIN, encoded);
    Signed<SharesStatement> statement =
        Signed.decode(in.bytes(Limits.CONSENT), SharesStatement::decode);
    int size = in.number(1, Suite.MAX_COHORT);
    List<ShareLeaf> leaves = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      leaves.add(ShareLeaf.decode(in.bytes(ShareLeaf.MAX_BYTES)));
    }
    in.end();
    return new Deal(statement, leaves);
  }
}

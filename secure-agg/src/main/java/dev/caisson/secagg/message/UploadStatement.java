package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Step 3, from a site: the Merkle root over its upload's chunks, and c_uv for every other member
/// of U2 in order, by which both ends of a pair show that they mask with the same seed.
public record UploadStatement(Origin origin, Digest root, List<Digest> confirmations)
    implements Statement {
  static final String DOMAIN = PREFIX + "upload";

  public UploadStatement {
    confirmations = List.copyOf(confirmations);
  }

  /// The Merkle root over the digests of an upload's packed chunks, in order.
  public static Digest root(List<Digest> chunks) {
    return new MerkleTree(chunks.stream().map(Digest::bytes).toList()).root();
  }

  /// c_uv of a pair seed.
  public static Digest confirmation(Secret pairSeed) {
    byte[] bytes = pairSeed.bytes();
    try {
      return new FieldWriter(Suite.DOMAIN + "confirmation").bytes(bytes).toDigest();
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = origin.open(DOMAIN).digest(root).number(confirmations.size());
    confirmations.forEach(out::digest);
    return out.toBytes();
  }

  public static UploadStatement decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static UploadStatement decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    Origin origin = Origin.read(cohort, in);
    Digest root = in.digest();
    int size = Limits.members(cohort, in);
    List<Digest> confirmations = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      confirmations.add(in.digest());
    }
    in.end();
    return new UploadStatement(origin, root, confirmations);
  }
}

package dev.caisson.secagg.message;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// What a dealer has for one holder, committed to under the dealer's root: the envelope and its
/// ML-KEM ciphertext, the mask ciphertext where the dealer is the lower of the pair, and a
/// commitment to each share inside. The dealer's own leaf has commitments only.
public record ShareLeaf(
    int holder,
    Bytes envelopeCiphertext,
    Bytes sealed,
    Bytes maskCiphertext,
    Digest rootShare,
    Digest selfShare) {
  private static final String DOMAIN = Suite.DOMAIN + "share-leaf";
  static final int MAX_BYTES = 2_540;

  public byte[] encoded() {
    return new FieldWriter(DOMAIN, MAX_BYTES)
        .number(holder)
        .bytes(envelopeCiphertext.toArray())
        .bytes(sealed.toArray())
        .bytes(maskCiphertext.toArray())
        .digest(rootShare)
        .digest(selfShare)
        .toBytes();
  }

  public static ShareLeaf decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static ShareLeaf decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    ShareLeaf leaf =
        new ShareLeaf(
            Limits.member(cohort, in),
            Bytes.of(in.bytes(Limits.CIPHERTEXT)),
            Bytes.of(in.bytes(Limits.SEALED)),
            Bytes.of(in.bytes(Limits.CIPHERTEXT)),
            in.digest(),
            in.digest());
    in.end();
    return leaf;
  }

  /// The same over a sparse graph: whoever draws a neighbour makes the mask ciphertext.
  public boolean isShapedForNeighbour(int holder) {
    return this.holder == holder
        && envelopeCiphertext.length() == Limits.CIPHERTEXT
        && sealed.length() == Limits.SEALED
        && maskCiphertext.length() == Limits.CIPHERTEXT;
  }

  /// Whether the fields have the lengths that a leaf from `dealer` to `holder` has.
  public boolean isShapedFor(int dealer, int holder) {
    boolean own = dealer == holder;
    return this.holder == holder
        && envelopeCiphertext.length() == (own ? 0 : Limits.CIPHERTEXT)
        && sealed.length() == (own ? 0 : Limits.SEALED)
        && maskCiphertext.length() == (dealer < holder ? Limits.CIPHERTEXT : 0);
  }
}

package dev.caisson.secagg.agreement;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Kdf;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;

/// A site's mask keys for one round, all derived from its root k_u: whoever rebuilds the root has
/// the keys and the coins of every ciphertext it sent, and nothing that opens an envelope.
///
/// Each unordered pair of members has **one** seed. The lower member encapsulates to the higher;
/// (over a sparse graph whoever drew the other; the lower where each did); the seed is bound to D1,
/// both members and the ciphertext, so sites that were shown different manifests or cohorts agree
/// on nothing.
public final class MaskKeys implements AutoCloseable {
  private final Secret root;
  private final Digest manifest;
  private final int member;
  private final HybridKeys keys;

  private MaskKeys(Secret root, Digest manifest, int member, HybridKeys keys) {
    this.root = root;
    this.manifest = manifest;
    this.member = member;
    this.keys = keys;
  }

  /// Keys of the cohort's member number `member`. Keeps its own copy of the root.
  public static MaskKeys derive(Secret root, Digest manifest, int member) {
    byte[] info =
        new FieldWriter(Suite.DOMAIN + "kdf/mask-keys").digest(manifest).number(member).toBytes();
    try (Secret seed = Kdf.derive(root, info, HybridKeys.SEED_BYTES)) {
      return new MaskKeys(Secret.taking(root.bytes()), manifest, member, HybridKeys.fromSeed(seed));
    }
  }

  public PublicKeys publicKeys() {
    return keys.publicKeys();
  }

  /// The one ciphertext that this member, the lower, sends to `peer`.
  public Bytes ciphertextFor(int peer, PublicKeys peerKeys) throws InvalidPeerKeyException {
    if (member >= peer) {
      throw new IllegalArgumentException("the lower member of a pair encapsulates");
    }
    return ciphertextTo(peer, peerKeys);
  }

  /// The ciphertext that this member sends to a `peer` that it drew, over a sparse graph.
  public Bytes ciphertextTo(int peer, PublicKeys peerKeys) throws InvalidPeerKeyException {
    try (Encapsulation made = encapsulate(peer, peerKeys)) {
      return made.ciphertext();
    }
  }

  /// The pair seed with `peer`, given the lower member's ciphertext.
  public Secret seed(Digest d1, int peer, PublicKeys peerKeys, Bytes ciphertext)
      throws InvalidPeerKeyException {
    return seed(d1, peer, peerKeys, ciphertext, member <= peer);
  }

  /// The pair seed with `peer`, given the one ciphertext of the pair, which is this member's own or
  /// the peer's.
  public Secret seed(Digest d1, int peer, PublicKeys peerKeys, Bytes ciphertext, boolean own)
      throws InvalidPeerKeyException {
    byte[] info =
        new FieldWriter(Suite.DOMAIN + "kdf/pair-seed")
            .digest(d1)
            .number(Math.min(member, peer))
            .number(Math.max(member, peer))
            .digest(Digest.of(ciphertext.toArray()))
            .toBytes();
    try (Secret curve = keys.agree(peerKeys);
        Secret lattice = latticeSecret(peer, peerKeys, ciphertext, own)) {
      return Kdf.derive(curve, lattice, info, Secret.BYTES);
    }
  }

  private Secret latticeSecret(int peer, PublicKeys peerKeys, Bytes ciphertext, boolean own)
      throws InvalidPeerKeyException {
    if (!own) {
      return keys.decapsulate(ciphertext);
    }
    Encapsulation made = encapsulate(peer, peerKeys);
    return made.secret();
  }

  private Encapsulation encapsulate(int peer, PublicKeys peerKeys) throws InvalidPeerKeyException {
    if (member == peer) {
      throw new IllegalArgumentException("a pair has two members, the lower member first");
    }
    byte[] info =
        new FieldWriter(Suite.DOMAIN + "kdf/mask-coins")
            .digest(manifest)
            .number(member)
            .number(peer)
            .toBytes();
    try (Secret coins = Kdf.derive(root, info, Secret.BYTES)) {
      return HybridKeys.encapsulate(peerKeys, coins);
    }
  }

  @Override
  public void close() {
    root.close();
    keys.close();
  }

  @Override
  public String toString() {
    return "MaskKeys[redacted]";
  }
}

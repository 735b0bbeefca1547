package dev.caisson.secagg;

import dev.caisson.secagg.agreement.Encapsulation;
import dev.caisson.secagg.agreement.Envelope;
import dev.caisson.secagg.agreement.HybridKeys;
import dev.caisson.secagg.agreement.InvalidPeerKeyException;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Shamir;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Member `self` of a cohort with its own code, that follows the protocol but for one lie.
final class RogueSite {
  /// What it lies about.
  enum Lie {
    GARBAGE_ENVELOPES,
    SHARES_THAT_DO_NOT_OPEN,
    ANOTHER_ROOT,
    ANOTHER_SELF_MASK,
    UNDERIVED_MASK_CIPHERTEXT,
    CONFIRMATIONS
  }

  private final RoundManifest manifest;
  private final int self;
  private final Lie lie;
  private final Federation federation;
  private final SeededRandom random = new SeededRandom(666);
  private final Secret root = Secret.random(32, random);
  private final Secret selfMask = Secret.random(32, random);
  private final MaskKeys maskKeys;
  private final HybridKeys transportKeys =
      HybridKeys.fromSeed(Secret.random(HybridKeys.SEED_BYTES, random));
  private List<KeysStatement> u1 = List.of();
  private Digest d1 = Digest.ofText("not yet");

  RogueSite(Federation federation, RoundManifest manifest, int self, Lie lie) {
    this.federation = federation;
    this.manifest = manifest;
    this.self = self;
    this.lie = lie;
    this.maskKeys = MaskKeys.derive(root, manifest.digest(), self);
  }

  String name() {
    return manifest.cohort().get(self);
  }

  byte[] keys() {
    return Signed.sign(
            new KeysStatement(
                origin(manifest.digest()),
                maskKeys.publicKeys(),
                transportKeys.publicKeys(),
                new Standing(new Sighting(self, 2), new TreeMap<>()),
                Descent.FIRST),
            Signatures.ML_DSA,
            federation.key(name()))
        .encoded();
  }

  byte[] deal(byte[] keyList) throws MalformedException, InvalidPeerKeyException {
    KeyList list = KeyList.decode(keyList);
    u1 = list.members().stream().map(Signed::statement).toList();
    d1 = Transcript.d1(manifest.digest(), list);
    Shamir shamir = Shamir.of256Bits(manifest.threshold());
    int[] points = u1.stream().mapToInt(peer -> peer.origin().sender() + 1).toArray();
    Secret dealtRoot = lie == Lie.ANOTHER_ROOT ? Secret.random(32, random) : root;
    Secret dealtSelf = lie == Lie.ANOTHER_SELF_MASK ? Secret.random(32, random) : selfMask;
    List<Share> rootShares = shamir.split(dealtRoot, points, random);
    List<Share> selfShares = shamir.split(dealtSelf, points, random);
    List<ShareLeaf> leaves = new ArrayList<>();
    for (int i = 0; i < u1.size(); i++) {
      leaves.add(leaf(u1.get(i), rootShares.get(i), selfShares.get(i)));
    }
    return new Deal(
            Signed.sign(
                new SharesStatement(
                    origin(d1),
                    SharesStatement.commitment(selfMask, d1, self),
                    Deal.tree(leaves).root()),
                Signatures.ML_DSA,
                federation.key(name())),
            leaves)
        .encoded();
  }

  private ShareLeaf leaf(KeysStatement peer, Share rootShare, Share selfShare)
      throws InvalidPeerKeyException {
    int holder = peer.origin().sender();
    Digest rootCommitment = rootShare.commitment("k", self, holder);
    Digest selfCommitment = selfShare.commitment("b", self, holder);
    if (holder == self) {
      return new ShareLeaf(
          self, Bytes.empty(), Bytes.empty(), Bytes.empty(), rootCommitment, selfCommitment);
    }
    byte[] content = new byte[80];
    System.arraycopy(rootShare.encoded(), 0, content, 0, 40);
    System.arraycopy(selfShare.encoded(), 0, content, 40, 40);
    if (lie == Lie.SHARES_THAT_DO_NOT_OPEN) {
      content[79] ^= 1;
    }
    Encapsulation fresh = HybridKeys.encapsulate(peer.transport(), random);
    Envelope envelope =
        Envelope.seal(transportKeys, peer.transport(), fresh, d1, self, holder, content);
    Bytes maskCiphertext = Bytes.empty();
    if (self < holder) {
      maskCiphertext =
          lie == Lie.UNDERIVED_MASK_CIPHERTEXT
              ? HybridKeys.encapsulate(peer.mask(), random).ciphertext()
              : maskKeys.ciphertextFor(holder, peer.mask());
    }
    return new ShareLeaf(
        holder,
        envelope.ciphertext(),
        lie == Lie.GARBAGE_ENVELOPES ? Bytes.of(new byte[96]) : envelope.sealed(),
        maskCiphertext,
        rootCommitment,
        selfCommitment);
  }

  /// A header over these chunks, with the confirmations that an honest site would sign.
  byte[] header(byte[] shareList, List<byte[]> chunks)
      throws MalformedException, InvalidPeerKeyException {
    ShareList u2 = ShareList.decode(shareList);
    List<Digest> confirmations = new ArrayList<>();
    for (ShareList.Entry entry : u2.entries()) {
      int peer = entry.statement().statement().origin().sender();
      if (peer != self) {
        KeysStatement keys =
            u1.stream().filter(k -> k.origin().sender() == peer).findFirst().orElseThrow();
        Bytes ciphertext =
            peer < self
                ? entry.parcel().orElseThrow().leaf().maskCiphertext()
                : maskKeys.ciphertextFor(peer, keys.mask());
        Secret seed = maskKeys.seed(d1, peer, keys.mask(), ciphertext);
        confirmations.add(
            lie == Lie.CONFIRMATIONS
                ? Digest.ofText("lie " + peer)
                : UploadStatement.confirmation(seed));
      }
    }
    Digest d2 = Transcript.d2(d1, u2.entries().stream().map(ShareList.Entry::statement).toList());
    return Signed.sign(
            new UploadStatement(
                origin(d2),
                UploadStatement.root(chunks.stream().map(Digest::of).toList()),
                confirmations),
            Signatures.ML_DSA,
            federation.key(name()))
        .encoded();
  }

  private Origin origin(Digest transcript) {
    return new Origin(manifest.digest(), transcript, self);
  }
}

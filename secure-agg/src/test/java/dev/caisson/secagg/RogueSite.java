package dev.caisson.secagg;

import dev.caisson.secagg.agreement.Encapsulation;
import dev.caisson.secagg.agreement.Envelope;
import dev.caisson.secagg.agreement.HybridKeys;
import dev.caisson.secagg.agreement.InvalidPeerKeyException;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.agreement.PublicKeys;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Statement;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Shamir;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Member `self` of a cohort with its own code, that follows the protocol but for one lie.
public final class RogueSite {
  /// What it lies about.
  public enum Lie {
    NONE,
    LOW_ORDER_MASK_POINT,
    LOW_ORDER_TRANSPORT_POINT,
    MASK_LATTICE_OUT_OF_RANGE,
    TRANSPORT_LATTICE_OUT_OF_RANGE,
    GARBAGE_ENVELOPES,
    BENT_ENVELOPE_CIPHERTEXT,
    SHARES_THAT_DO_NOT_OPEN,
    SHARES_OUT_OF_THE_FIELD,
    SHARES_OFF_THE_POLYNOMIAL,
    ANOTHER_ROOT,
    ANOTHER_SELF_MASK,
    NO_MASK_CIPHERTEXT,
    UNDERIVED_MASK_CIPHERTEXT,
    BENT_MASK_CIPHERTEXT,
    CONFIRMATIONS
  }

  private static final Bytes ZERO_POINT = Bytes.of(new byte[32]);

  /// Whom it lies to, where a lie is one to a peer.
  public final Set<Integer> victims = new TreeSet<>();

  /// What it says of journals.
  public Standing standing;

  /// Whom it says that it drew, over a sparse graph.
  public final Set<Integer> draws = new TreeSet<>();

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

  public RogueSite(Federation federation, RoundManifest manifest, int self, Lie lie) {
    this.federation = federation;
    this.manifest = manifest;
    this.self = self;
    this.lie = lie;
    this.maskKeys = MaskKeys.derive(root, manifest.digest(), self);
    this.standing = new Standing(new Sighting(self, 2), new TreeMap<>());
    for (int member = 0; member < manifest.cohort().size(); member++) {
      victims.add(member);
    }
  }

  public String name() {
    return manifest.cohort().get(self);
  }

  /// Any statement under its own signature.
  public <S extends Statement> Signed<S> sign(S statement) {
    return Signed.sign(statement, manifest.signatures(), federation.key(name()));
  }

  public Origin origin(Digest transcript) {
    return new Origin(manifest.digest(), transcript, self);
  }

  public byte[] keys() {
    return sign(new KeysStatement(
            origin(manifest.digest()),
            bent(maskKeys.publicKeys(), Lie.LOW_ORDER_MASK_POINT, Lie.MASK_LATTICE_OUT_OF_RANGE),
            bent(
                transportKeys.publicKeys(),
                Lie.LOW_ORDER_TRANSPORT_POINT,
                Lie.TRANSPORT_LATTICE_OUT_OF_RANGE),
            standing,
            Descent.FIRST))
        .encoded();
  }

  private PublicKeys bent(PublicKeys keys, Lie point, Lie lattice) {
    byte[] outOfRange = keys.mlKem().toArray();
    Arrays.fill(outOfRange, 0, 3, (byte) 0xff); // two coefficients of 0xfff > 3329
    return new PublicKeys(
        lie == point ? ZERO_POINT : keys.x25519(),
        lie == lattice ? Bytes.of(outOfRange) : keys.mlKem());
  }

  public byte[] deal(byte[] keyList) throws MalformedException, InvalidPeerKeyException {
    KeyList list = KeyList.decode(keyList);
    u1 = list.members().stream().map(Signed::statement).toList();
    d1 = Transcript.d1(manifest.digest(), list);
    Shamir shamir = Shamir.of256Bits(manifest.shareThreshold());
    List<KeysStatement> holders =
        u1.stream()
            .filter(peer -> draws.isEmpty() || draws.contains(peer.origin().sender()))
            .toList();
    int[] points = holders.stream().mapToInt(peer -> peer.origin().sender() + 1).toArray();
    Secret dealtRoot = lie == Lie.ANOTHER_ROOT ? Secret.random(32, random) : root;
    Secret dealtSelf = lie == Lie.ANOTHER_SELF_MASK ? Secret.random(32, random) : selfMask;
    List<Share> rootShares = new ArrayList<>(shamir.split(dealtRoot, points, random));
    List<Share> selfShares = new ArrayList<>(shamir.split(dealtSelf, points, random));
    if (lie == Lie.SHARES_OFF_THE_POLYNOMIAL) {
      rootShares.set(0, Share.of(1, 2, 3, 4, 5));
      selfShares.set(0, Share.of(5, 4, 3, 2, 1));
    }
    List<ShareLeaf> leaves = new ArrayList<>();
    for (int i = 0; i < holders.size(); i++) {
      leaves.add(leaf(holders.get(i), rootShares.get(i), selfShares.get(i)));
    }
    return new Deal(
            sign(
                new SharesStatement(
                    origin(d1),
                    SharesStatement.commitment(selfMask, d1, self),
                    Deal.tree(leaves).root())),
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
    if (liesTo(holder, Lie.SHARES_THAT_DO_NOT_OPEN)) {
      content[79] ^= 1;
    }
    if (liesTo(holder, Lie.SHARES_OUT_OF_THE_FIELD)) {
      Arrays.fill(content, 0, 8, (byte) 0x7f); // above 2^61 - 1
    }
    Encapsulation fresh = HybridKeys.encapsulate(peer.transport(), random);
    Envelope envelope =
        Envelope.seal(transportKeys, peer.transport(), fresh, d1, self, holder, content);
    byte[] ciphertext = envelope.ciphertext().toArray();
    if (liesTo(holder, Lie.BENT_ENVELOPE_CIPHERTEXT)) {
      ciphertext[700] ^= 1;
    }
    return new ShareLeaf(
        holder,
        Bytes.of(ciphertext),
        liesTo(holder, Lie.GARBAGE_ENVELOPES) ? Bytes.of(new byte[96]) : envelope.sealed(),
        self < holder || !draws.isEmpty() ? maskCiphertext(peer, holder) : Bytes.empty(),
        rootCommitment,
        selfCommitment);
  }

  private Bytes maskCiphertext(KeysStatement peer, int holder) throws InvalidPeerKeyException {
    if (liesTo(holder, Lie.NO_MASK_CIPHERTEXT)) {
      return Bytes.empty();
    }
    if (liesTo(holder, Lie.UNDERIVED_MASK_CIPHERTEXT)) {
      return HybridKeys.encapsulate(peer.mask(), random).ciphertext();
    }
    byte[] derived = maskKeys.ciphertextTo(holder, peer.mask()).toArray();
    if (liesTo(holder, Lie.BENT_MASK_CIPHERTEXT)) {
      derived[700] ^= 1;
    }
    return Bytes.of(derived);
  }

  private boolean liesTo(int peer, Lie about) {
    return lie == about && victims.contains(peer);
  }

  /// The same over a sparse graph.
  public byte[] sparseHeader(byte[] neighbourList, List<byte[]> chunks)
      throws MalformedException, InvalidPeerKeyException {
    NeighbourList u2 = NeighbourList.decodeWithin(manifest.memberBound(), neighbourList);
    TreeMap<Integer, Digest> statements = new TreeMap<>();
    u2.entries().forEach(entry -> statements.put(entry.member(), entry.statement()));
    List<Digest> confirmations = new ArrayList<>();
    for (int peer : statements.keySet()) {
      if (draws.contains(peer) || u2.parcels().stream().anyMatch(p -> p.dealer() == peer)) {
        confirmations.add(Digest.ofText("lie " + peer));
      }
    }
    return sign(new UploadStatement(
            origin(Transcript.d2(d1, statements)),
            UploadStatement.root(chunks.stream().map(Digest::of).toList()),
            confirmations))
        .encoded();
  }

  /// A header over these chunks, with the confirmations that an honest site would sign.
  public byte[] header(byte[] shareList, List<byte[]> chunks)
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
            liesTo(peer, Lie.CONFIRMATIONS)
                ? Digest.ofText("lie " + peer)
                : UploadStatement.confirmation(seed));
      }
    }
    Digest d2 = Transcript.d2(d1, u2.entries().stream().map(ShareList.Entry::statement).toList());
    return sign(new UploadStatement(
            origin(d2),
            UploadStatement.root(chunks.stream().map(Digest::of).toList()),
            confirmations))
        .encoded();
  }
}

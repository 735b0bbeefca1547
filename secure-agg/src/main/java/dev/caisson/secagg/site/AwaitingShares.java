package dev.caisson.secagg.site;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.agreement.Envelope;
import dev.caisson.secagg.agreement.HybridKeys;
import dev.caisson.secagg.agreement.InvalidPeerKeyException;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.MerkleTree;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Step 2 is sent; U2 is awaited. Handling it checks and opens every envelope and agrees on the
/// pair seeds; nothing is sent back. Where a site's dealing is bad, this site complains and leaves.
public final class AwaitingShares implements SitePhase {
  private final SiteContext context;
  private final Digest d1;
  private final List<KeysStatement> u1;
  private final Optional<Drawn> drawn;
  private final Set<Integer> doubtful;
  private final Secret selfMask;
  private final MaskKeys maskKeys;
  private final HybridKeys transportKeys;
  private final Signed<SharesStatement> own;
  private final NavigableMap<Integer, HeldShares> held = new TreeMap<>();
  private final NavigableMap<Integer, Secret> pairSeeds = new TreeMap<>();
  private final Once once = new Once();

  AwaitingShares(
      SiteContext context,
      Digest d1,
      List<KeysStatement> u1,
      Optional<Drawn> drawn,
      Set<Integer> doubtful,
      Secret selfMask,
      Optional<HeldShares> ownShares,
      MaskKeys maskKeys,
      HybridKeys transportKeys,
      Signed<SharesStatement> own) {
    this.context = context;
    this.d1 = d1;
    this.u1 = u1;
    this.drawn = drawn;
    this.doubtful = doubtful;
    this.selfMask = selfMask;
    this.maskKeys = maskKeys;
    this.transportKeys = transportKeys;
    this.own = own;
    ownShares.ifPresent(shares -> held.put(context.self, shares));
  }

  /// Takes U2 (a [ShareList], or over a sparse graph a [NeighbourList]).
  public Step<Masking> handle(byte[] u2) {
    once.take();
    return drawn.isPresent() ? handleNeighbours(drawn.get(), u2) : handleAll(u2);
  }

  private Step<Masking> handleNeighbours(Drawn out, byte[] neighbourList) {
    NeighbourList u2;
    try {
      u2 = NeighbourList.decodeWithin(context.bound(), neighbourList);
    } catch (MalformedException e) {
      return refused(SiteContext.malformed("U2", e));
    }
    Neighbours neighbours = new Neighbours(context, d1, out, u2);
    Optional<Fault> list = neighbours.objection(own);
    if (list.isPresent()) {
      return refused(list.get());
    }
    for (int member : u2.members()) {
      if (doubtful.contains(member)) {
        return complaint(behind(member), member);
      }
    }
    for (NeighbourList.Parcel parcel : u2.parcels()) {
      Optional<Fault> objection =
          neighbours
              .objection(parcel)
              .or(() -> opened(parcel.leaf(), parcel.dealer(), parcel.keys()));
      if (objection.isPresent()) {
        return complaint(objection.get(), parcel.dealer());
      }
    }
    Optional<Fault> key = neighbours.agree(maskKeys, pairSeeds);
    if (key.isPresent()) {
      return complaint(key.get(), context.manifest.cohort().indexOf(key.get().party()));
    }
    maskKeys.close();
    transportKeys.close();
    return Step.next(
        new Masking(
            context,
            new MaskingSecrets(
                d1,
                neighbours.d2(),
                Optional.empty(),
                selfMask,
                held,
                pairSeeds,
                u2.members(),
                out.members())));
  }

  private Step<Masking> handleAll(byte[] shareList) {
    ShareList u2;
    try {
      u2 = ShareList.decode(shareList);
    } catch (MalformedException e) {
      return refused(SiteContext.malformed("U2", e));
    }
    Optional<Fault> list = listObjection(u2);
    if (list.isPresent()) {
      return refused(list.get());
    }
    for (ShareList.Entry entry : u2.entries()) {
      int dealer = entry.statement().statement().origin().sender();
      if (dealer != context.self) {
        Optional<Fault> objection = take(entry, dealer);
        if (objection.isPresent()) {
          return complaint(objection.get(), dealer);
        }
      }
    }
    maskKeys.close();
    transportKeys.close();
    List<Signed<SharesStatement>> dealings =
        u2.entries().stream().map(ShareList.Entry::statement).toList();
    return Step.next(
        new Masking(
            context,
            new MaskingSecrets(
                d1,
                Transcript.d2(d1, dealings),
                Optional.of(dealings),
                selfMask,
                held,
                pairSeeds,
                List.copyOf(held.keySet()),
                Set.of())));
  }

  private Optional<Fault> listObjection(ShareList u2) {
    List<Integer> members =
        u2.entries().stream().map(e -> e.statement().statement().origin().sender()).toList();
    Optional<Fault> list =
        context.objection("U2", members, u1.stream().map(peer -> peer.origin().sender()).toList());
    if (list.isPresent()) {
      return list;
    }
    boolean ownIsThere =
        u2.entries().stream()
            .anyMatch(
                e -> e.statement().statement().equals(own.statement()) && e.parcel().isEmpty());
    return ownIsThere
        ? Optional.empty()
        : Optional.of(
            SiteContext.coordinator(
                Rule.OWN_ENTRY, "U2 does not hold this site's dealing as it sent it"));
  }

  /// Checks one dealer's entry, opens its envelope and agrees on the pair seed.
  private Optional<Fault> take(ShareList.Entry entry, int dealer) {
    Optional<Fault> statement = context.objection(entry.statement(), d1, dealer);
    if (statement.isPresent()) {
      return statement;
    }
    if (doubtful.contains(dealer)) {
      return Optional.of(behind(dealer));
    }
    if (entry.parcel().isEmpty()
        || !MerkleTree.verify(
            entry.statement().statement().root(),
            u1.size(),
            rank(context.self),
            entry.parcel().get().leaf().encoded(),
            entry.parcel().get().path())) {
      return fault(Rule.SHARE_PATH, dealer, "no leaf for this site under the signed root");
    }
    ShareLeaf leaf = entry.parcel().get().leaf();
    if (!leaf.isShapedFor(dealer, context.self)) {
      return fault(Rule.SHARE_PATH, dealer, "the leaf has fields of wrong lengths");
    }
    KeysStatement peer = u1.get(rank(dealer));
    return opened(leaf, dealer, peer).or(() -> agreed(leaf, dealer, peer));
  }

  private Fault behind(int dealer) {
    return new Fault(
        Rule.PEER_JOURNAL,
        context.name(dealer),
        "its journal is behind where this site saw it: restored from an old copy, or running twice");
  }

  private Optional<Fault> opened(ShareLeaf leaf, int dealer, KeysStatement peer) {
    try {
      return open(leaf, dealer, peer);
    } catch (InvalidPeerKeyException e) {
      return fault(Rule.VALID_KEY, dealer, String.valueOf(e.getMessage()));
    } catch (MalformedException e) {
      return fault(Rule.ENVELOPE, dealer, String.valueOf(e.getMessage()));
    }
  }

  private Optional<Fault> open(ShareLeaf leaf, int dealer, KeysStatement peer)
      throws InvalidPeerKeyException, MalformedException {
    Optional<Secret> opened =
        new Envelope(leaf.envelopeCiphertext(), leaf.sealed())
            .open(transportKeys, peer.transport(), d1, dealer, context.self);
    if (opened.isEmpty()) {
      return fault(Rule.ENVELOPE, dealer, "the envelope does not open");
    }
    try (Secret content = opened.get()) {
      HeldShares shares = HeldShares.split(content);
      held.put(dealer, shares);
      if (!shares.ofRoot.commitment("k", dealer, context.self).equals(leaf.rootShare())
          || !shares.ofSelfMask.commitment("b", dealer, context.self).equals(leaf.selfShare())) {
        return fault(Rule.SHARE_OPENS, dealer, "a share does not open its commitment");
      }
    }
    return Optional.empty();
  }

  private Optional<Fault> agreed(ShareLeaf leaf, int dealer, KeysStatement peer) {
    try {
      Bytes maskCiphertext =
          dealer < context.self
              ? leaf.maskCiphertext()
              : maskKeys.ciphertextFor(dealer, peer.mask());
      pairSeeds.put(dealer, maskKeys.seed(d1, dealer, peer.mask(), maskCiphertext));
      return Optional.empty();
    } catch (InvalidPeerKeyException e) {
      return fault(Rule.VALID_KEY, dealer, String.valueOf(e.getMessage()));
    }
  }

  private int rank(int member) {
    for (int i = 0; i < u1.size(); i++) {
      if (u1.get(i).origin().sender() == member) {
        return i;
      }
    }
    throw new IllegalStateException("lists were checked to nest");
  }

  private Optional<Fault> fault(Rule rule, int dealer, String detail) {
    return Optional.of(new Fault(rule, context.name(dealer), detail));
  }

  private Step<Masking> refused(Fault fault) {
    close();
    return Step.refused(fault);
  }

  private Step<Masking> complaint(Fault fault, int dealer) {
    close();
    String reason = "%s: %s".formatted(fault.rule(), fault.detail());
    return new Step.Refused<>(
        fault,
        Optional.empty(),
        Optional.of(context.sign(new ComplaintStatement(context.own(d1), dealer, reason))));
  }

  @Override
  public void close() {
    selfMask.close();
    maskKeys.close();
    transportKeys.close();
    held.values().forEach(HeldShares::close);
    pairSeeds.values().forEach(Secret::close);
  }

  @Override
  public String toString() {
    return "AwaitingShares[redacted]";
  }
}

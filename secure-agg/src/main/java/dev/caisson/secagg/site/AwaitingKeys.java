package dev.caisson.secagg.site;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.agreement.Encapsulation;
import dev.caisson.secagg.agreement.Envelope;
import dev.caisson.secagg.agreement.HybridKeys;
import dev.caisson.secagg.agreement.InvalidPeerKeyException;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.journal.Claim;
import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Shamir;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Step 1 is sent; U1 is awaited. Handling it deals the shares of step 2.
public final class AwaitingKeys implements SitePhase {
  private final SiteContext context;
  private final Journal journal;
  private final Secret root;
  private final MaskKeys maskKeys;
  private final HybridKeys transportKeys;
  private final Signed<KeysStatement> own;
  private final Once once = new Once();

  AwaitingKeys(
      SiteContext context,
      Journal journal,
      Secret root,
      MaskKeys maskKeys,
      HybridKeys transportKeys,
      Signed<KeysStatement> own) {
    this.context = context;
    this.journal = journal;
    this.root = root;
    this.maskKeys = maskKeys;
    this.transportKeys = transportKeys;
    this.own = own;
  }

  /// Takes U1 (a [KeyList]); gives the [Deal] to send.
  public Step<AwaitingShares> handle(byte[] keyList) {
    once.take();
    KeyList u1;
    try {
      u1 = KeyList.decodeWithin(context.bound(), keyList);
    } catch (MalformedException e) {
      return refused(SiteContext.malformed("U1", e));
    }
    Optional<Fault> objection = objection(u1);
    if (objection.isPresent()) {
      return refused(objection.get());
    }
    SortedMap<String, Sighting> beyond = journal.contradicted(claims(u1));
    if (!beyond.isEmpty()) {
      close();
      return Step.refused(
          new Fault(Rule.OWN_JOURNAL, context.selfName(), restored(beyond)),
          new JournalEntry.Halted(context.manifestDigest, beyond));
    }
    Sightings sightings = sightings(u1);
    Digest d1 = Transcript.d1(context.manifestDigest, u1);
    Secret selfMask = Secret.random(Secret.BYTES, context.random);
    Optional<Drawn> drawn = context.graph().map(graph -> Drawn.of(u1, context, graph));
    Dealing dealing = new Dealing(holders(u1, drawn), d1, selfMask);
    try {
      Deal deal = dealing.deal();
      return Step.next(
          new AwaitingShares(
              context,
              d1,
              drawn.isPresent() ? List.of() : u1.members().stream().map(Signed::statement).toList(),
              drawn,
              sightings.doubtful,
              selfMask,
              dealing.ownShares(),
              maskKeys,
              transportKeys,
              deal.statement()),
          new JournalEntry.Keyed(context.manifestDigest, d1, sightings.seen),
          deal);
    } catch (InvalidPeerKeyException e) {
      selfMask.close();
      return refused(
          new Fault(Rule.VALID_KEY, context.name(dealing.at), String.valueOf(e.getMessage())));
    } finally {
      root.close(); // its shares are dealt, its keys derived
    }
  }

  private Optional<Fault> objection(KeyList u1) {
    List<Integer> members =
        u1.members().stream().map(m -> m.statement().origin().sender()).toList();
    List<Integer> cohort = new ArrayList<>();
    for (int member = 0; member < context.manifest.cohort().size(); member++) {
      cohort.add(member);
    }
    Optional<Fault> list = context.objection("U1", members, cohort);
    if (list.isPresent()) {
      return list;
    }
    for (Signed<KeysStatement> member : u1.members()) {
      Optional<Fault> objection =
          context.objection(member, context.manifestDigest, member.statement().origin().sender());
      if (objection.isPresent()) {
        return objection;
      }
    }
    if (u1.members().stream().noneMatch(m -> m.statement().equals(own.statement()))) {
      return Optional.of(
          SiteContext.coordinator(
              Rule.OWN_ENTRY, "U1 does not hold this site's keys as it sent them"));
    }
    return context.graphObjection(u1.members().size()).or(() -> descentObjection(u1));
  }

  /// To whom this site deals.
  private static List<KeysStatement> holders(KeyList u1, Optional<Drawn> drawn) {
    return drawn.isPresent()
        ? drawn.get().holders()
        : u1.members().stream().map(Signed::statement).toList();
  }

  /// Whoever cannot tell where the state came from goes on only with enough members who can; fewer
  /// than t of them could all side with the coordinator. Whoever only missed the check of the sum
  /// needs one less: t - 1 > n_C, so that an honest one among them has checked it.
  private Optional<Fault> descentObjection(KeyList u1) {
    int floor = context.manifest.floor();
    int needed =
        switch (own.statement().descent()) {
          case FIRST, COMPUTED -> 0;
          case TOLD -> floor - 1;
          case TRUSTED -> floor;
        };
    long knowing = u1.members().stream().filter(m -> m.statement().descent().knows()).count();
    return knowing >= needed
        ? Optional.empty()
        : Optional.of(
            SiteContext.coordinator(
                Rule.BASE_STATE,
                "this site did not compute state %s%s, and %d members did, at least %d = max(3, t)%s are needed"
                    .formatted(
                        context.manifest.model().shortHex(),
                        needed < floor ? " from a sum that it checked" : "",
                        knowing,
                        needed,
                        needed < floor ? " - 1" : "")));
  }

  /// What each other member says of this site's journal.
  private Map<String, Claim> claims(KeyList u1) {
    Map<String, Claim> claims = new TreeMap<>();
    for (Signed<KeysStatement> member : u1.members()) {
      Claim claim = member.statement().standing().seen().get(context.self);
      if (claim != null && member.statement().origin().sender() != context.self) {
        claims.put(context.name(member.statement().origin().sender()), claim);
      }
    }
    return claims;
  }

  private static String restored(SortedMap<String, Sighting> beyond) {
    return "%s saw this site's journal at height %d, in a round that it does not remember: it was restored from an old copy, or runs twice, or they lie; it is halted until its custodian resumes it"
        .formatted(
            String.join(", ", beyond.keySet()),
            beyond.values().stream().mapToLong(Sighting::height).max().orElseThrow());
  }

  /// How far the others are, and who of them cannot be there.
  private record Sightings(SortedMap<String, Sighting> seen, Set<Integer> doubtful) {}

  private Sightings sightings(KeyList u1) {
    Sightings sightings = new Sightings(new TreeMap<>(), new TreeSet<>());
    for (Signed<KeysStatement> member : u1.members()) {
      int peer = member.statement().origin().sender();
      Sighting now = member.statement().standing().own();
      if (peer == context.self) {
        continue;
      }
      if (journal.isPlausible(context.name(peer), now)) {
        sightings.seen.put(context.name(peer), now);
      } else {
        sightings.doubtful.add(peer);
      }
    }
    return sightings;
  }

  private Step<AwaitingShares> refused(Fault fault) {
    close();
    return Step.refused(fault);
  }

  /// Shares, envelopes and leaves for every holder: the members of U1, or those that were drawn.
  private final class Dealing {
    private final List<KeysStatement> peers;
    private final Digest d1;
    private final Secret selfMask;
    private final List<Share> rootShares;
    private final List<Share> selfShares;

    /// The member that is being dealt to.
    private int at;

    Dealing(List<KeysStatement> holders, Digest d1, Secret selfMask) {
      this.peers = holders;
      this.d1 = d1;
      this.selfMask = selfMask;
      Shamir shamir = Shamir.of256Bits(context.manifest.shareThreshold());
      int[] points = peers.stream().mapToInt(peer -> peer.origin().sender() + 1).toArray();
      this.rootShares = shamir.split(root, points, context.random);
      this.selfShares = shamir.split(selfMask, points, context.random);
    }

    /// None over a sparse graph: a site holds no share of its own.
    Optional<HeldShares> ownShares() {
      for (int i = 0; i < peers.size(); i++) {
        if (peers.get(i).origin().sender() == context.self) {
          return Optional.of(new HeldShares(rootShares.get(i), selfShares.get(i)));
        }
      }
      return Optional.empty();
    }

    Deal deal() throws InvalidPeerKeyException {
      List<ShareLeaf> leaves = new ArrayList<>(peers.size());
      for (int i = 0; i < peers.size(); i++) {
        leaves.add(leaf(peers.get(i), rootShares.get(i), selfShares.get(i)));
      }
      Signed<SharesStatement> statement =
          context.sign(
              new SharesStatement(
                  context.own(d1),
                  SharesStatement.commitment(selfMask, d1, context.self),
                  Deal.tree(leaves).root()));
      return new Deal(statement, leaves);
    }

    private ShareLeaf leaf(KeysStatement peer, Share rootShare, Share selfShare)
        throws InvalidPeerKeyException {
      at = peer.origin().sender();
      Digest rootCommitment = rootShare.commitment("k", context.self, at);
      Digest selfCommitment = selfShare.commitment("b", context.self, at);
      if (at == context.self) {
        return new ShareLeaf(
            at, Bytes.empty(), Bytes.empty(), Bytes.empty(), rootCommitment, selfCommitment);
      }
      byte[] content = HeldShares.join(rootShare, selfShare);
      try (Encapsulation fresh = HybridKeys.encapsulate(peer.transport(), context.random)) {
        Envelope envelope =
            Envelope.seal(transportKeys, peer.transport(), fresh, d1, context.self, at, content);
        return new ShareLeaf(
            at,
            envelope.ciphertext(),
            envelope.sealed(),
            context.self < at || context.graph().isPresent()
                ? maskKeys.ciphertextTo(at, peer.mask())
                : Bytes.empty(),
            rootCommitment,
            selfCommitment);
      } finally {
        Arrays.fill(content, (byte) 0);
        rootShare.close();
        selfShare.close();
      }
    }
  }

  @Override
  public void close() {
    root.close();
    maskKeys.close();
    transportKeys.close();
  }

  @Override
  public String toString() {
    return "AwaitingKeys[redacted]";
  }
}

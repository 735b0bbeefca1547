package dev.caisson.secagg.site;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.agreement.InvalidPeerKeyException;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.NeighbourList.Parcel;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MerkleTree;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// U2 over a sparse graph as one site sees it: those that it drew and that dealt, and those that
/// drew it, each proved by the drawer's own signed root. What the coordinator keeps back of it, or
/// what members in league add to it, costs masks that do not cancel, never a share of this site's.
final class Neighbours {
  private final SiteContext context;
  private final Digest d1;
  private final Drawn drawn;
  private final NeighbourList u2;
  private final NavigableMap<Integer, Digest> statements = new TreeMap<>();

  Neighbours(SiteContext context, Digest d1, Drawn drawn, NeighbourList u2) {
    this.context = context;
    this.d1 = d1;
    this.drawn = drawn;
    this.u2 = u2;
    u2.entries().forEach(entry -> statements.put(entry.member(), entry.statement()));
  }

  Digest d2() {
    return Transcript.d2(d1, statements);
  }

  /// What is wrong with the list as a whole.
  Optional<Fault> objection(Signed<SharesStatement> own) {
    Optional<Fault> list =
        context.objection("U2", u2.members(), drawn.u1().keySet().stream().sorted().toList());
    if (list.isPresent()) {
      return list;
    }
    if (!lists(context.self, own)) {
      return Optional.of(
          SiteContext.coordinator(
              Rule.OWN_ENTRY, "U2 does not hold this site's dealing as it sent it"));
    }
    int last = -1;
    for (Parcel parcel : u2.parcels()) {
      if (parcel.dealer() <= last
          || parcel.dealer() == context.self
          || !statements.containsKey(parcel.dealer())) {
        return Optional.of(
            SiteContext.coordinator(
                Rule.NESTED_LISTS,
                "what was dealt to this site comes from member %d out of order, twice, or against U2"
                    .formatted(parcel.dealer())));
      }
      last = parcel.dealer();
    }
    return context.tooFewLeft("U2", drawn.members(), u2.members());
  }

  /// What is wrong with what one dealer has for this site, before it is opened.
  Optional<Fault> objection(Parcel parcel) {
    int dealer = parcel.dealer();
    Optional<Fault> statement = context.objection(parcel.statement(), d1, dealer);
    if (statement.isPresent()) {
      return statement;
    }
    if (!lists(dealer, parcel.statement())) {
      return fault(Rule.SAME_TRANSCRIPT, dealer, "its dealing is not the one that U2 lists");
    }
    if (parcel.keys().origin().sender() != dealer || !drawn.had(parcel.keys())) {
      return fault(Rule.SAME_TRANSCRIPT, dealer, "its keys are not those that U1 held");
    }
    if (!parcel.leaf().isShapedForNeighbour(context.self)
        || !MerkleTree.verify(
            parcel.statement().statement().root(),
            degree(),
            parcel.place(),
            parcel.leaf().encoded(),
            parcel.path())) {
      return fault(Rule.SHARE_PATH, dealer, "no leaf for this site under the signed root");
    }
    return Optional.empty();
  }

  /// A seed with everybody that this site drew or that drew it, and that dealt; or whose keys do
  /// not give one.
  Optional<Fault> agree(MaskKeys maskKeys, Map<Integer, Secret> seeds) {
    Map<Integer, Parcel> in = new HashMap<>();
    u2.parcels().forEach(parcel -> in.put(parcel.dealer(), parcel));
    for (int peer : statements.keySet()) {
      try {
        Optional<Secret> seed =
            seed(maskKeys, peer, Optional.ofNullable(drawn.out().get(peer)), in.get(peer));
        seed.ifPresent(agreed -> seeds.put(peer, agreed));
      } catch (InvalidPeerKeyException e) {
        return fault(Rule.VALID_KEY, peer, String.valueOf(e.getMessage()));
      }
    }
    return Optional.empty();
  }

  /// Where each drew the other the lower one's ciphertext counts, else the only one.
  private Optional<Secret> seed(
      MaskKeys maskKeys, int peer, Optional<KeysStatement> drew, @Nullable Parcel parcel)
      throws InvalidPeerKeyException {
    if (drew.isPresent() && (parcel == null || context.self < peer)) {
      Bytes own = maskKeys.ciphertextTo(peer, drew.get().mask());
      return Optional.of(maskKeys.seed(d1, peer, drew.get().mask(), own, true));
    }
    if (parcel == null) {
      return Optional.empty();
    }
    Bytes theirs = parcel.leaf().maskCiphertext();
    return Optional.of(maskKeys.seed(d1, peer, parcel.keys().mask(), theirs, false));
  }

  /// Whether U2 holds this dealing as the member's.
  private boolean lists(int member, Signed<SharesStatement> dealing) {
    return statements.entrySet().contains(Map.entry(member, dealing.digest()));
  }

  private int degree() {
    return context.graph().orElseThrow().parameters().degree();
  }

  private Optional<Fault> fault(Rule rule, int dealer, String detail) {
    return Optional.of(new Fault(rule, context.name(dealer), detail));
  }
}

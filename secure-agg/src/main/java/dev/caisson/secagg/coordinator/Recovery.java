package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.aggregate.ChunkStore;
import dev.caisson.secagg.agreement.InvalidPeerKeyException;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.check.Totals;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Shamir;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Function;

/// Takes the masks off the sum. Of a survivor, the self-mask seed is rebuilt from shares and
/// checked against its commitment. Of a lost member, the pair seeds that survivors revealed are
/// used; where a survivor fell silent too, the lost member's root is rebuilt, and its keys and
/// ciphertexts derived again and compared with what it had sent. Shares that open but rebuild
/// something else name their dealer. Nothing that outlives the round is ever rebuilt.
final class Recovery {
  private final Roll roll;
  private final Dealings dealings;
  private final Survivors survivors;
  private final Revealed revealed;
  private final Shamir shamir;
  private final Map<List<Integer>, Shamir.Weights> weights = new HashMap<>();
  private final List<Mask> masks = new ArrayList<>();
  private final OpenedMasks opened = new OpenedMasks();
  private final Layout layout;
  private Optional<Total> total = Optional.empty();

  Recovery(Roll roll, Dealings dealings, Survivors survivors, Revealed revealed) {
    this.roll = roll;
    this.dealings = dealings;
    this.survivors = survivors;
    this.revealed = revealed;
    this.layout = roll.manifest.layout();
    this.shamir = Shamir.of256Bits(roll.manifest.shareThreshold());
  }

  /// Puts the plain sum into the round's store; or gives the reason why it cannot be had, nothing
  /// being put.
  Optional<String> unmask() {
    try {
      for (int member : survivors.u3()) {
        Optional<String> failure = selfMask(member);
        if (failure.isPresent()) {
          return failure;
        }
      }
      for (int lost : survivors.lost()) {
        Optional<String> failure = pairMasks(lost);
        if (failure.isPresent()) {
          return failure;
        }
      }
      takeSum();
      return Optional.empty();
    } finally {
      masks.forEach(Mask::close);
    }
  }

  private void takeSum() {
    total = totalPlace();
    List<Unmasking> workers = new ArrayList<>();
    try {
      roll.sums
          .threads()
          .each(
              Block.count(layout),
              _ -> {
                Unmasking worker =
                    new Unmasking(
                        layout, survivors.store(), survivors.u3(), masks, roll.sums.store(), total);
                workers.add(worker);
                return worker::take;
              });
    } finally {
      workers.forEach(Unmasking::close);
    }
  }

  /// Sums over a sparse graph are not checked, nor those whose ring is too wide.
  private Optional<Total> totalPlace() {
    if (roll.graph().isPresent()) {
      return Optional.empty();
    }
    return roll.sums
        .total()
        .flatMap(
            place ->
                Totals.layout(layout, survivors.u3().size()).flatMap(found -> place(found, place)));
  }

  private static Optional<Total> place(Layout layout, Function<Layout, ChunkStore> places) {
    try {
      return Optional.of(new Total(layout, places.apply(layout)));
    } catch (UncheckedIOException e) {
      return Optional.empty(); // as for one that is lost on the way
    }
  }

  /// The sum over the integers, where one was wanted and can be had; once the sum is taken.
  Optional<Total> total() {
    return total.filter(place -> !place.isLost());
  }

  /// The seeds of the masks, the caller's to close.
  OpenedMasks opened() {
    return opened;
  }

  private Optional<String> selfMask(int member) {
    NavigableMap<Integer, Share> shares = revealed.selfShares(member);
    if (shares.size() < shamir.threshold()) {
      return tooFew(shares.size(), "self-mask seed", member);
    }
    Optional<Secret> seed = join(shares);
    Digest committed = dealings.deal(member).statement().statement().selfMask();
    try {
      if (seed.isEmpty()
          || !SharesStatement.commitment(seed.get(), dealings.d1, member).equals(committed)) {
        return wrongDealing(member, "self-mask seed");
      }
      opened.selfMask(member, seed.get());
      masks.add(Mask.ofSelf(seed.get(), dealings.d1, false));
      return Optional.empty();
    } finally {
      seed.ifPresent(Secret::close);
    }
  }

  /// The masks between a lost member and every survivor that masked with it.
  private Optional<String> pairMasks(int lost) {
    List<Integer> missing = new ArrayList<>();
    for (int survivor : survivors.u3()) {
      if (!dealings.arePeers(survivor, lost)) {
        continue;
      }
      Optional<Secret> seed = revealed.pairSeed(survivor, lost);
      if (seed.isPresent()) {
        remove(survivor, lost, seed.get());
      } else {
        missing.add(survivor);
      }
    }
    return missing.isEmpty() ? Optional.empty() : rebuilt(lost, missing);
  }

  private Optional<String> rebuilt(int lost, List<Integer> missing) {
    NavigableMap<Integer, Share> shares = revealed.rootShares(lost);
    if (shares.size() < shamir.threshold()) {
      return tooFew(shares.size(), "root", lost);
    }
    Optional<Secret> root = join(shares);
    if (root.isEmpty()) {
      return wrongDealing(lost, "root");
    }
    try (Secret rebuilt = root.get();
        MaskKeys keys = MaskKeys.derive(rebuilt, roll.digest, lost)) {
      if (!isAsSent(lost, keys)) {
        return wrongDealing(lost, "root");
      }
      for (int survivor : missing) {
        try (Secret seed =
            keys.seed(
                dealings.d1,
                survivor,
                dealings.keys(survivor).mask(),
                dealings.maskCiphertext(lost, survivor),
                dealings.encapsulates(lost, survivor))) {
          if (!survivors.confirms(survivor, lost, seed)) {
            roll.record(
                Rule.CONFIRMATION,
                roll.name(survivor),
                "confirmed another pair seed than its keys and %s's give"
                    .formatted(roll.name(lost)));
            return Optional.of(
                "%s masked with a pair seed that cannot be had".formatted(roll.name(survivor)));
          }
          remove(survivor, lost, seed);
        }
      }
      return Optional.empty();
    } catch (InvalidPeerKeyException e) {
      throw new IllegalStateException("keys were checked when they arrived", e);
    }
  }

  /// Whether the derived keys and ciphertexts are those that the member sent in steps 1 and 2.
  private boolean isAsSent(int member, MaskKeys keys) throws InvalidPeerKeyException {
    if (!keys.publicKeys().equals(dealings.keys(member).mask())) {
      return false;
    }
    for (int peer : dealings.holders(member)) {
      if ((member < peer || dealings.edges().isPresent())
          && !keys.ciphertextTo(peer, dealings.keys(peer).mask())
              .equals(dealings.leaf(member, peer).maskCiphertext())) {
        return false;
      }
    }
    return true;
  }

  /// The survivor had added the mask if it is the lower of the pair.
  private void remove(int survivor, int lost, Secret seed) {
    opened.pairSeed(survivor, lost, seed);
    masks.add(Mask.ofPair(seed, dealings.d1, survivor > lost));
  }

  private Optional<Secret> join(NavigableMap<Integer, Share> shares) {
    List<Integer> holders = shares.keySet().stream().limit(shamir.threshold()).toList();
    Shamir.Weights lagrange =
        weights.computeIfAbsent(
            holders, members -> shamir.weights(members.stream().mapToInt(m -> m + 1).toArray()));
    return shamir.join(lagrange, shares.values().stream().limit(shamir.threshold()).toList());
  }

  private Optional<String> tooFew(int shares, String secret, int member) {
    return Optional.of(
        "%d shares of %s's %s opened, %d are needed"
            .formatted(shares, roll.name(member), secret, shamir.threshold()));
  }

  private Optional<String> wrongDealing(int dealer, String secret) {
    roll.record(
        Rule.DEALT_SECRET,
        roll.name(dealer),
        "dealt shares of another %s than it committed to".formatted(secret));
    return Optional.of(
        "%s dealt shares that do not rebuild its %s".formatted(roll.name(dealer), secret));
  }
}

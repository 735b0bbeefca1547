package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// What survivors revealed and what opened: shares by dealer and holder, pair seeds by revealer and
/// lost member.
final class Revealed implements AutoCloseable {
  private final NavigableMap<Integer, NavigableMap<Integer, Share>> selfShares = new TreeMap<>();
  private final NavigableMap<Integer, NavigableMap<Integer, Share>> rootShares = new TreeMap<>();
  private final NavigableMap<Integer, NavigableMap<Integer, Secret>> pairSeeds = new TreeMap<>();

  void selfShare(int dealer, int holder, Share share) {
    selfShares.computeIfAbsent(dealer, _ -> new TreeMap<>()).put(holder, share);
  }

  void rootShare(int dealer, int holder, Share share) {
    rootShares.computeIfAbsent(dealer, _ -> new TreeMap<>()).put(holder, share);
  }

  void pairSeed(int revealer, int lost, Secret seed) {
    pairSeeds.computeIfAbsent(revealer, _ -> new TreeMap<>()).put(lost, seed);
  }

  /// By holder.
  NavigableMap<Integer, Share> selfShares(int dealer) {
    return selfShares.getOrDefault(dealer, new TreeMap<>());
  }

  /// By holder.
  NavigableMap<Integer, Share> rootShares(int dealer) {
    return rootShares.getOrDefault(dealer, new TreeMap<>());
  }

  Optional<Secret> pairSeed(int revealer, int lost) {
    return Optional.ofNullable(pairSeeds.getOrDefault(revealer, new TreeMap<>()).get(lost));
  }

  @Override
  public void close() {
    selfShares.values().forEach(shares -> shares.values().forEach(Share::close));
    rootShares.values().forEach(shares -> shares.values().forEach(Share::close));
    pairSeeds.values().forEach(seeds -> seeds.values().forEach(Secret::close));
  }

  @Override
  public String toString() {
    return "Revealed[redacted]";
  }
}

package dev.caisson.secagg.site;

import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.NavigableMap;

/// What a site holds from U2 on: the self-mask seed, a share pair from each dealer of U2 (its own
/// included) and a pair seed with each other member of U2.
final class MaskingSecrets implements AutoCloseable {
  final Digest d1;
  final Digest d2;
  final Secret selfMask;
  final NavigableMap<Integer, HeldShares> shares;
  final NavigableMap<Integer, Secret> pairSeeds;

  MaskingSecrets(
      Digest d1,
      Digest d2,
      Secret selfMask,
      NavigableMap<Integer, HeldShares> shares,
      NavigableMap<Integer, Secret> pairSeeds) {
    this.d1 = d1;
    this.d2 = d2;
    this.selfMask = selfMask;
    this.shares = shares;
    this.pairSeeds = pairSeeds;
  }

  /// U2.
  List<Integer> members() {
    return List.copyOf(shares.keySet());
  }

  @Override
  public void close() {
    selfMask.close();
    shares.values().forEach(HeldShares::close);
    pairSeeds.values().forEach(Secret::close);
  }

  @Override
  public String toString() {
    return "MaskingSecrets[redacted]";
  }
}

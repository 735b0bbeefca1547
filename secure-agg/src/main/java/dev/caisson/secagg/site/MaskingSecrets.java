package dev.caisson.secagg.site;

import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

/// What a site holds from U2 on: the self-mask seed, a share pair from each dealer of U2 (its own
/// included) and a pair seed with each other member of U2. Over a sparse graph: a share pair from
/// each dealer that drew it, a pair seed with each of those and with each member that it drew.
final class MaskingSecrets implements AutoCloseable {
  final Digest d1;
  final Digest d2;

  /// What U2's members signed, no secret; nothing over a sparse graph, where a site sees few of
  /// them.
  final Optional<List<Signed<SharesStatement>>> dealings;

  final Secret selfMask;
  final NavigableMap<Integer, HeldShares> shares;
  final NavigableMap<Integer, Secret> pairSeeds;

  /// Whom this site drew; nobody over a complete graph.
  final Set<Integer> drawn;

  private final List<Integer> u2;

  MaskingSecrets(
      Digest d1,
      Digest d2,
      Optional<List<Signed<SharesStatement>>> dealings,
      Secret selfMask,
      NavigableMap<Integer, HeldShares> shares,
      NavigableMap<Integer, Secret> pairSeeds,
      List<Integer> u2,
      Set<Integer> drawn) {
    this.d1 = d1;
    this.d2 = d2;
    this.dealings = dealings.map(List::copyOf);
    this.selfMask = selfMask;
    this.shares = shares;
    this.pairSeeds = pairSeeds;
    this.u2 = u2;
    this.drawn = drawn;
  }

  /// U2.
  List<Integer> members() {
    return u2;
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

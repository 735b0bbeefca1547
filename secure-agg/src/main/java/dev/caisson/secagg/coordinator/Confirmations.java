package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Compares what both ends of each pair confirm (c_uv). Masks of a pair that differ would not
/// cancel.
final class Confirmations {
  private Confirmations() {}

  /// c of `member` for `peer`: uploads list one for every other member of U2, in order.
  static Digest of(UploadStatement upload, List<Integer> u2, int member, int peer) {
    int place = Collections.binarySearch(u2, peer);
    return upload.confirmations().get(peer > member ? place - 1 : place);
  }

  /// Whom to leave out so that no two differ: whoever differs from most, again and again; where
  /// that does not tell (two that differ from each other alone), both. A fault is proved only of
  /// whoever differs from more than half of the others: fewer can be in league against it. Over a
  /// sparse graph nothing is proved: as many as like can draw the same member.
  static NavigableSet<Integer> unconfirmed(
      Roll roll,
      Dealings dealings,
      List<Integer> u2,
      NavigableMap<Integer, UploadStatement> uploads) {
    NavigableMap<Integer, NavigableSet<Integer>> differing = new TreeMap<>();
    uploads.forEach(
        (a, upload) ->
            uploads.forEach(
                (b, other) -> {
                  if (a < b
                      && dealings.arePeers(a, b)
                      && !dealings
                          .confirmation(upload, u2, a, b)
                          .equals(dealings.confirmation(other, u2, b, a))) {
                    differing.computeIfAbsent(a, _ -> new TreeSet<>()).add(b);
                    differing.computeIfAbsent(b, _ -> new TreeSet<>()).add(a);
                  }
                }));
    NavigableSet<Integer> out = new TreeSet<>();
    while (!differing.isEmpty()) {
      int most = differing.values().stream().mapToInt(NavigableSet::size).max().orElseThrow();
      List<Integer> worst =
          differing.keySet().stream().filter(m -> sizeOf(differing, m) == most).toList();
      for (int member : worst) {
        roll.record(
            dealings.edges().isEmpty() && 2 * most > uploads.size() - 1
                ? Rule.CONFIRMATION
                : Rule.DISPUTED_PAIR,
            roll.name(member),
            "its pair seeds differ from those of %s"
                .formatted(roll.names(differing.getOrDefault(member, new TreeSet<>()))));
      }
      out.addAll(worst);
      worst.forEach(differing::remove);
      differing.values().forEach(peers -> peers.removeAll(worst));
      differing.values().removeIf(NavigableSet::isEmpty);
    }
    return out;
  }

  private static int sizeOf(NavigableMap<Integer, NavigableSet<Integer>> differing, int member) {
    NavigableSet<Integer> peers = differing.get(member);
    return peers == null ? 0 : peers.size();
  }
}

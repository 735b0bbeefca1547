package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.ShareLeaf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/// Who drew whom over a sparse graph, as the dealings of U2 say. The coordinator learns it and
/// chose none of it.
final class Edges {
  private final NavigableMap<Integer, List<Integer>> drawn = new TreeMap<>();
  private final Map<Integer, List<Integer>> peers = new HashMap<>();

  Edges(NavigableMap<Integer, Deal> u2) {
    Map<Integer, TreeSet<Integer>> either = new HashMap<>();
    u2.keySet().forEach(member -> either.put(member, new TreeSet<>()));
    u2.forEach(
        (dealer, deal) -> {
          List<Integer> holders = holders(deal);
          drawn.put(dealer, holders);
          for (int holder : holders) {
            if (u2.containsKey(holder)) {
              Objects.requireNonNull(either.get(dealer)).add(holder);
              Objects.requireNonNull(either.get(holder)).add(dealer);
            }
          }
        });
    either.forEach((member, others) -> peers.put(member, List.copyOf(others)));
  }

  static List<Integer> holders(Deal deal) {
    return deal.leaves().stream().map(ShareLeaf::holder).toList();
  }

  /// Whom a dealer drew, in order; some may not be of U2.
  List<Integer> drawn(int dealer) {
    return Objects.requireNonNull(drawn.get(dealer), "a member of U2");
  }

  boolean drew(int dealer, int holder) {
    return place(dealer, holder) >= 0;
  }

  /// The place of a holder's leaf among the dealer's; negative where there is none.
  int place(int dealer, int holder) {
    return Collections.binarySearch(drawn(dealer), holder);
  }

  /// With whom a member masks, in order.
  List<Integer> peers(int member) {
    return Objects.requireNonNull(peers.get(member), "a member of U2");
  }

  /// The largest part of `members` in which each has at least `threshold` of those that it drew:
  /// the secret of any other could not be rebuilt.
  static NavigableSet<Integer> withEnough(
      NavigableSet<Integer> members, Map<Integer, List<Integer>> drawn, int threshold) {
    NavigableSet<Integer> left = new TreeSet<>(members);
    List<Integer> out = new ArrayList<>();
    do {
      out.clear();
      for (int member : left) {
        List<Integer> chosen = Objects.requireNonNull(drawn.get(member), "who dealt drew");
        if (chosen.stream().filter(left::contains).count() < threshold) {
          out.add(member);
        }
      }
      out.forEach(left::remove);
    } while (!out.isEmpty());
    return left;
  }

  Map<Integer, List<Integer>> drawn() {
    return drawn;
  }
}

package dev.caisson.airlock.dossier;

import dev.caisson.airlock.statistics.Roc;
import java.util.ArrayList;
import java.util.List;

/// How the attack's scores spread over members and held-out persons: counts between rising `edges`,
/// the first and last bin open.
public record Scores(String signal, List<Double> edges, List<Long> members, List<Long> heldOut) {
  public Scores {
    edges = List.copyOf(edges);
    members = List.copyOf(members);
    heldOut = List.copyOf(heldOut);
    if (members.size() != edges.size() + 1 || heldOut.size() != members.size()) {
      throw new IllegalArgumentException(
          "%d edges with %d and %d bins".formatted(edges.size(), members.size(), heldOut.size()));
    }
  }

  public Roc roc() {
    return Roc.ofBins(members, heldOut);
  }

  /// Neighbouring bins joined from the top until each holds nobody or at least `cell` of either
  /// side, so that no count of 1 to cell-1 people can be read or subtracted from it. Either side
  /// needs `cell` people in all.
  Scores joined(int cell) {
    List<Double> keptEdges = new ArrayList<>();
    List<Long> keptMembers = new ArrayList<>();
    List<Long> keptHeldOut = new ArrayList<>();
    long m = 0;
    long h = 0;
    for (int bin = members.size() - 1; bin >= 0; bin--) {
      m += members.get(bin);
      h += heldOut.get(bin);
      boolean showable = (m == 0 || m >= cell) && (h == 0 || h >= cell);
      if (showable && bin > 0) {
        keptEdges.addFirst(edges.get(bin - 1));
        keptMembers.addFirst(m);
        keptHeldOut.addFirst(h);
        m = 0;
        h = 0;
      }
    }
    keptMembers.addFirst(m);
    keptHeldOut.addFirst(h);
    while (keptMembers.size() > 1
        && (small(keptMembers.getFirst(), cell) || small(keptHeldOut.getFirst(), cell))) {
      keptEdges.removeFirst();
      keptMembers.addFirst(keptMembers.removeFirst() + keptMembers.removeFirst());
      keptHeldOut.addFirst(keptHeldOut.removeFirst() + keptHeldOut.removeFirst());
    }
    return new Scores(signal, keptEdges, keptMembers, keptHeldOut);
  }

  /// The same, with `edge` (an index) kept: either half is joined by itself.
  Scores joinedAround(int edge, int cell) {
    Scores low =
        new Scores(
                signal,
                edges.subList(0, edge),
                members.subList(0, edge + 1),
                heldOut.subList(0, edge + 1))
            .joined(cell);
    Scores high =
        new Scores(
                signal,
                edges.subList(edge + 1, edges.size()),
                members.subList(edge + 1, members.size()),
                heldOut.subList(edge + 1, heldOut.size()))
            .joined(cell);
    List<Double> bothEdges = new ArrayList<>(low.edges);
    bothEdges.add(edges.get(edge));
    bothEdges.addAll(high.edges);
    List<Long> bothMembers = new ArrayList<>(low.members);
    bothMembers.addAll(high.members);
    List<Long> bothHeldOut = new ArrayList<>(low.heldOut);
    bothHeldOut.addAll(high.heldOut);
    return new Scores(signal, bothEdges, bothMembers, bothHeldOut);
  }

  static boolean small(long count, int cell) {
    return count > 0 && count < cell;
  }
}

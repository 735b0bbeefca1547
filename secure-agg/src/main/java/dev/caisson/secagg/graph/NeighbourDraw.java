package dev.caisson.secagg.graph;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// A site's own choice of its neighbours, which nobody else has a say in.
public final class NeighbourDraw {
  private NeighbourDraw() {}

  /// `degree` of `members` other than `self`, each set of them as likely as any other (a shuffle
  /// that stops early).
  public static NavigableSet<Integer> draw(
      List<Integer> members, int self, int degree, SecureRandom random) {
    List<Integer> others = new ArrayList<>(members);
    others.remove(Integer.valueOf(self));
    if (degree > others.size()) {
      throw new IllegalArgumentException(
          "cannot draw %d neighbours among %d others".formatted(degree, others.size()));
    }
    for (int i = 0; i < degree; i++) {
      Collections.swap(others, i, i + random.nextInt(others.size() - i));
    }
    return new TreeSet<>(others.subList(0, degree));
  }
}

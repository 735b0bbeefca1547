package dev.caisson.airlock.structure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where the members end up in an ensemble: how many in each leaf, and who shares all leaves.
///
/// `smallestLeaf` is the least number of members in a leaf that has any; `emptyLeaves` have none
/// (rows of others, or trees from elsewhere). Members who share the leaf of every tree get the same
/// output, whatever it is: `groups` of them, the smallest with `smallestGroup`, `groupsBelow` with
/// fewer than k members; in `pureGroups` all have one class, in `exposedGroups` some class has 1 to
/// k-1 members beside others.
record Occupancy(
    int trees,
    int leaves,
    int emptyLeaves,
    int smallestLeaf,
    int groups,
    int smallestGroup,
    int groupsBelow,
    int pureGroups,
    int exposedGroups) {

  static Occupancy of(Trees trees, Members members, int k) {
    Map<Integer, Integer> leaves = new HashMap<>();
    Map<List<Integer>, Map<Float, Integer>> groups = new HashMap<>();
    for (int person = 0; person < members.persons(); person++) {
      int row = person;
      int[] ends = trees.leaves(column -> members.rows().at(row, column));
      for (int leaf : ends) {
        leaves.merge(leaf, 1, Integer::sum);
      }
      groups
          .computeIfAbsent(Arrays.stream(ends).boxed().toList(), g -> new HashMap<>())
          .merge(members.label(person), 1, Integer::sum);
    }
    int smallestGroup = Integer.MAX_VALUE;
    int below = 0;
    int pure = 0;
    int exposed = 0;
    boolean classes = classes(members);
    for (Map<Float, Integer> group : groups.values()) {
      int size = group.values().stream().mapToInt(Integer::intValue).sum();
      smallestGroup = Math.min(smallestGroup, size);
      below += size < k ? 1 : 0;
      pure += classes && group.size() == 1 ? 1 : 0;
      exposed +=
          classes && group.size() > 1 && group.values().stream().anyMatch(c -> c < k) ? 1 : 0;
    }
    return new Occupancy(
        trees.count(),
        trees.leaves(),
        trees.leaves() - leaves.size(),
        leaves.values().stream().mapToInt(Integer::intValue).min().orElse(0),
        groups.size(),
        smallestGroup,
        below,
        pure,
        exposed);
  }

  /// Few enough labels to be classes.
  private static boolean classes(Members members) {
    Set<Float> different = new HashSet<>();
    for (int person = 0; person < members.persons(); person++) {
      different.add(members.label(person));
    }
    return different.size() <= 16;
  }
}

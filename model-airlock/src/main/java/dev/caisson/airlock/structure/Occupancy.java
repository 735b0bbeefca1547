package dev.caisson.airlock.structure;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

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

  private static final int CLASSES = 16;

  /// A person with several rows counts once in each leaf and in each group that any of them is in.
  /// Members who share all leaves are found by a 60-bit hash of them, beside which the class
  /// stands: 8 bytes a member. Two groups of a million are taken for one with a chance under 10^-6.
  static Occupancy of(Trees trees, Members members, int k) {
    int[] leaves = new int[trees.nodes()];
    int[] lastIn = new int[trees.nodes()]; // one more than the last person counted there
    int[] order = members.order();
    long[] hashes = new long[order.length];
    for (int tree = 0; tree < trees.count(); tree++) { // tree by tree: one tree fits a cache
      for (int i = 0; i < order.length; i++) {
        int leaf = trees.route(members.rows(), order[i], tree);
        int person = members.personOf(order[i]);
        leaves[leaf] += lastIn[leaf] == person + 1 ? 0 : 1;
        lastIn[leaf] = person + 1;
        long hash = (hashes[i] ^ leaf) * 0xbf58476d1ce4e5b9L;
        hashes[i] = hash ^ (hash >>> 29);
      }
    }
    float[] classes = classes(members);
    long[] found = hashes; // written behind where it is read
    int size = 0;
    int own = 0; // where the entries of the person at hand begin
    int before = -1;
    for (int i = 0; i < order.length; i++) {
      int row = order[i];
      int person = members.personOf(row);
      own = person == before ? own : size;
      before = person;
      int label = classes.length == 0 ? 0 : Arrays.binarySearch(classes, members.label(row));
      if (isNew(found, own, size, hashes[i])) {
        found[size++] = (hashes[i] & -CLASSES) | label;
      }
    }
    long[] groups = Arrays.copyOf(found, size);
    Arrays.sort(groups);
    int[] held = Arrays.stream(leaves).filter(count -> count > 0).toArray();
    int count = 0;
    int smallest = Integer.MAX_VALUE;
    int below = 0;
    int pure = 0;
    int exposed = 0;
    for (int from = 0; from < groups.length; count++) {
      Group group = Group.at(groups, from);
      smallest = Math.min(smallest, group.size());
      below += group.size() < k ? 1 : 0;
      if (classes.length > 0) {
        pure += group.classes() == 1 ? 1 : 0;
        exposed += group.classes() > 1 && group.rarest() < k ? 1 : 0;
      }
      from += group.size();
    }
    return new Occupancy(
        trees.count(),
        trees.leaves(),
        trees.leaves() - held.length,
        Arrays.stream(held).min().orElse(0),
        count,
        smallest,
        below,
        pure,
        exposed);
  }

  /// Whether none of a person's entries so far is of this group.
  private static boolean isNew(long[] found, int from, int to, long hash) {
    for (int i = from; i < to; i++) {
      if ((found[i] & -CLASSES) == (hash & -CLASSES)) {
        return false;
      }
    }
    return true;
  }

  /// Members who share all leaves, how many classes they have, and how many have the rarest.
  private record Group(int size, int classes, int rarest) {
    static Group at(long[] sorted, int from) {
      int to = from;
      int classes = 0;
      int rarest = Integer.MAX_VALUE;
      while (to < sorted.length && (sorted[to] & -CLASSES) == (sorted[from] & -CLASSES)) {
        int first = to;
        while (to < sorted.length && sorted[to] == sorted[first]) {
          to++;
        }
        classes++;
        rarest = Math.min(rarest, to - first);
      }
      return new Group(to - from, classes, rarest);
    }
  }

  /// The classes, rising; none if there are too many different labels to be classes.
  private static float[] classes(Members members) {
    Set<Float> different = new TreeSet<>();
    for (int row : members.order()) {
      if (different.add(members.label(row)) && different.size() > CLASSES) {
        return new float[0];
      }
    }
    float[] classes = new float[different.size()];
    int at = 0;
    for (float one : different) {
      classes[at++] = one;
    }
    return classes;
  }
}

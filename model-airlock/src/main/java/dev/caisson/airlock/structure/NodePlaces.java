package dev.caisson.airlock.structure;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/// Where each node of an ensemble stands in its tables, by tree and node id: 8 to 16 bytes a node
/// beside the tables.
final class NodePlaces {
  private final long[] trees;
  private final long[] ids;
  private final int[] table; // open addressing: a node's place, or -1
  private final int bits; // the table has 2^bits slots
  private final long treeFactor;
  private final long idFactor;

  private NodePlaces(long[] trees, long[] ids) {
    this.trees = trees;
    this.ids = ids;
    this.bits = 33 - Integer.numberOfLeadingZeros(Math.max(1, ids.length));
    this.table = new int[1 << bits];
    Arrays.fill(table, -1);
    SecureRandom random = new SecureRandom();
    this.treeFactor = random.nextLong() | 1;
    this.idFactor = random.nextLong() | 1;
  }

  /// Empty if an id is given twice in a tree. The arrays are held by reference.
  static Optional<NodePlaces> of(long[] trees, long[] ids) {
    NodePlaces places = new NodePlaces(trees, ids);
    for (int i = 0; i < ids.length; i++) {
      int slot = places.slot(trees[i], ids[i]);
      if (places.table[slot] >= 0) {
        return Optional.empty();
      }
      places.table[slot] = i;
    }
    return Optional.of(places);
  }

  /// The place of a node, or -1.
  int of(long tree, long id) {
    return table[slot(tree, id)];
  }

  /// Where the node stands, or the free slot where it would. By multiply-shift with factors that no
  /// file can know (Dietzfelbinger et al., *Journal of Algorithms* 25, 1997), so that none is made
  /// of ids that fall together. What is found does not depend on the factors.
  private int slot(long tree, long id) {
    int slot = (int) ((tree * treeFactor + id * idFactor) >>> (Long.SIZE - bits));
    while (table[slot] >= 0 && !(ids[table[slot]] == id && trees[table[slot]] == tree)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }
}

package dev.caisson.trust;

import java.util.ArrayList;
import java.util.List;

/// A Merkle tree over a list of leaves, hashed as in RFC 6962 §2.1 (leaf prefix 0x00, node prefix
/// 0x01), so that a leaf can never be passed off as an inner node.
public final class MerkleTree {
  private static final byte[] LEAF = {0};
  private static final byte[] NODE = {1};

  /// `levels.get(0)` are the leaf hashes, the last level is the root alone.
  private final List<List<Digest>> levels = new ArrayList<>();

  /// Leaves are given as content; at least one.
  public MerkleTree(List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("a Merkle tree needs at least one leaf");
    }
    List<Digest> level = new ArrayList<>(leaves.size());
    for (byte[] leaf : leaves) {
      level.add(leafHash(leaf));
    }
    levels.add(level);
    while (level.size() > 1) {
      List<Digest> above = new ArrayList<>((level.size() + 1) / 2);
      for (int i = 0; i < level.size(); i += 2) {
        above.add(i + 1 < level.size() ? nodeHash(level.get(i), level.get(i + 1)) : level.get(i));
      }
      levels.add(above);
      level = above;
    }
  }

  public Digest root() {
    return levels.getLast().getFirst();
  }

  /// The siblings from leaf `index` up to the root.
  public List<Digest> path(int index) {
    List<Digest> path = new ArrayList<>();
    int at = index;
    for (List<Digest> level : levels.subList(0, levels.size() - 1)) {
      int sibling = at ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      at >>= 1;
    }
    return path;
  }

  /// Whether `leaf` is at `index` of a tree of `size` leaves with this root (RFC 9162 §2.1.3.2).
  public static boolean verify(Digest root, int size, int index, byte[] leaf, List<Digest> path) {
    if (index < 0 || index >= size) {
      return false;
    }
    int at = index;
    int last = size - 1;
    Digest hash = leafHash(leaf);
    for (Digest sibling : path) {
      if (last == 0) {
        return false;
      }
      if ((at & 1) == 1 || at == last) {
        hash = nodeHash(sibling, hash);
        while ((at & 1) == 0 && at != 0) {
          at >>= 1;
          last >>= 1;
        }
      } else {
        hash = nodeHash(hash, sibling);
      }
      at >>= 1;
      last >>= 1;
    }
    return last == 0 && hash.equals(root);
  }

  public static Digest leafHash(byte[] content) {
    return Digest.of(LEAF, content);
  }

  private static Digest nodeHash(Digest left, Digest right) {
    return Digest.of(NODE, left.bytes(), right.bytes());
  }
}

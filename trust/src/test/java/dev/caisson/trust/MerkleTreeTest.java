package dev.caisson.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MerkleTreeTest {
  @Test
  void everyLeafOfEverySizeProvesItsPlaceAndNoOther() {
    for (int size = 1; size <= 17; size++) {
      List<byte[]> leaves = leaves(size);
      MerkleTree tree = new MerkleTree(leaves);
      for (int i = 0; i < size; i++) {
        for (int claimed = 0; claimed < size; claimed++) {
          assertThat(MerkleTree.verify(tree.root(), size, claimed, leaves.get(i), tree.path(i)))
              .as("leaf %d of %d shown as leaf %d", i, size, claimed)
              .isEqualTo(i == claimed);
        }
      }
    }
  }

  @Test
  void refusesAPathThatIsTooLongOrTooShort() {
    List<byte[]> leaves = leaves(5);
    MerkleTree tree = new MerkleTree(leaves);
    List<Digest> path = new ArrayList<>(tree.path(2));
    path.add(tree.root());
    assertThat(MerkleTree.verify(tree.root(), 5, 2, leaves.get(2), path)).isFalse();
    assertThat(MerkleTree.verify(tree.root(), 5, 2, leaves.get(2), tree.path(2).subList(0, 1)))
        .isFalse();
  }

  /// The empty leaf's hash as in RFC 6962 §2.1: SHA-256 of one zero byte.
  @Test
  void hashesALeafAsRfc6962Says() {
    assertThat(MerkleTree.leafHash(new byte[0]).hex())
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  }

  private static List<byte[]> leaves(int size) {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      leaves.add(new byte[] {(byte) i});
    }
    return leaves;
  }
}

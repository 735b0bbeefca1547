package dev.caisson.secagg.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Leaves, and the roots over leaves and over chunks.
final class DealingTest {
  private static final int CIPHERTEXT = Limits.CIPHERTEXT;
  private static final int SEALED = Limits.SEALED;

  @Test
  void aLeafHasTheShapeOfItsDealerAndHolder() {
    // to a higher member: with a mask ciphertext; to a lower one: without; the own: nothing sealed
    assertThat(leaf(5, CIPHERTEXT, SEALED, CIPHERTEXT).isShapedFor(3, 5)).isTrue();
    assertThat(leaf(2, CIPHERTEXT, SEALED, 0).isShapedFor(3, 2)).isTrue();
    assertThat(leaf(3, 0, 0, 0).isShapedFor(3, 3)).isTrue();
  }

  @Test
  void anyOtherShapeIsSeen() {
    assertThat(leaf(4, CIPHERTEXT, SEALED, CIPHERTEXT).isShapedFor(3, 5)).isFalse();
    assertThat(leaf(5, CIPHERTEXT, SEALED, 0).isShapedFor(3, 5)).isFalse();
    assertThat(leaf(5, 0, SEALED, CIPHERTEXT).isShapedFor(3, 5)).isFalse();
    assertThat(leaf(5, CIPHERTEXT, SEALED - 1, CIPHERTEXT).isShapedFor(3, 5)).isFalse();
    assertThat(leaf(2, CIPHERTEXT, SEALED, CIPHERTEXT).isShapedFor(3, 2)).isFalse();
    assertThat(leaf(3, CIPHERTEXT, 0, 0).isShapedFor(3, 3)).isFalse();
    assertThat(leaf(3, 0, SEALED, 0).isShapedFor(3, 3)).isFalse();
    assertThat(leaf(3, 0, 0, CIPHERTEXT).isShapedFor(3, 3)).isFalse();
  }

  @Test
  void aLeafReadsBackAndHasNothingBehindIt() throws Exception {
    ShareLeaf leaf = leaf(5, CIPHERTEXT, SEALED, CIPHERTEXT);
    byte[] encoded = leaf.encoded();
    assertThat(encoded.length).isLessThanOrEqualTo(ShareLeaf.MAX_BYTES);
    assertThat(ShareLeaf.decode(encoded)).isEqualTo(leaf);
    assertThatThrownBy(() -> ShareLeaf.decode(Arrays.copyOf(encoded, encoded.length + 1)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("behind the last field");
    byte[] tooLong = leaf(5, CIPHERTEXT, SEALED + 1, CIPHERTEXT).encoded();
    assertThatThrownBy(() -> ShareLeaf.decode(tooLong)).isInstanceOf(MalformedException.class);
  }

  @Test
  void theRootOfADealIsOverItsEncodedLeavesInOrder() {
    List<ShareLeaf> leaves = new ArrayList<>();
    for (int holder = 0; holder < 5; holder++) {
      leaves.add(leaf(holder, CIPHERTEXT, SEALED, 0));
    }
    Digest root = deal(leaves).root();
    assertThat(root)
        .isEqualTo(new MerkleTree(leaves.stream().map(ShareLeaf::encoded).toList()).root());
    assertThat(Deal.tree(leaves).root()).isEqualTo(root);
    assertThat(deal(leaves.reversed()).root()).isNotEqualTo(root);
    assertThat(deal(leaves.subList(0, 4)).root()).isNotEqualTo(root);
  }

  @Test
  void theRootOfAnUploadIsOverTheDigestsOfItsChunksInOrder() {
    List<Digest> chunks = List.of(Digest.ofText("0"), Digest.ofText("1"), Digest.ofText("2"));
    assertThat(UploadStatement.root(chunks))
        .isEqualTo(new MerkleTree(chunks.stream().map(Digest::bytes).toList()).root());
    assertThat(UploadStatement.root(chunks.reversed())).isNotEqualTo(UploadStatement.root(chunks));
  }

  private static Deal deal(List<ShareLeaf> leaves) {
    Digest any = Digest.ofText("any");
    SharesStatement statement = new SharesStatement(new Origin(any, any, 3), any, any);
    return new Deal(new Signed<>(statement, Bytes.of(new byte[3_309])), leaves);
  }

  private static ShareLeaf leaf(int holder, int ciphertext, int sealed, int maskCiphertext) {
    return new ShareLeaf(
        holder,
        Bytes.of(new byte[ciphertext]),
        Bytes.of(new byte[sealed]),
        Bytes.of(new byte[maskCiphertext]),
        Digest.ofText("k"),
        Digest.ofText("b"));
  }
}

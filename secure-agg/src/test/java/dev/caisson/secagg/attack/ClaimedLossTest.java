package dev.caisson.secagg.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.agreement.HybridKeys;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.masking.Scratch;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Shamir;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// The coordinator has a site's masked vector and calls the site lost, so that the others reveal
/// its root: it can then take off every pair mask. What is left is under the self-mask.
final class ClaimedLossTest {
  private static final long[] SECRET = LongStream.range(-32, 32).toArray();

  @Test
  void anUploadThatIsCalledLostStaysUnderItsSelfMask() throws Exception {
    Federation four = new Federation(4);
    Play play =
        new Play(
            four,
            ManifestDraft.like(four.one(3)).vector(new Segment.Exact("x", 64, 100, true)).build());
    four.names().forEach(name -> play.inputs.put(name, Input.weighing(1).withExact("x", SECRET)));
    assertThat(play.collectKeys()).isTrue();
    KeyList u1 = (KeyList) Play.at(play.toSites, "site-003");
    play.deal();
    NavigableMap<String, Deal> deals = new TreeMap<>();
    for (String name : four.names()) {
      deals.put(name, Deal.decode(Play.at(play.fromSites, name)));
    }
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    byte[] upload = Play.at(play.uploading, "site-003").upload().chunk(0);
    play.silent.add("site-003"); // or so the coordinator says
    play.fromSites.remove("site-003");
    play.toAnswers();

    Secret root = root(play);
    Digest d1 = Transcript.d1(play.manifest.digest(), u1);
    MaskKeys keys = MaskKeys.derive(root, play.manifest.digest(), 3);
    assertThat(keys.publicKeys())
        .as("the coordinator has site-003's root")
        .isEqualTo(u1.members().get(3).statement().mask());
    Layout layout = play.manifest.layout();
    Lanes lanes = Lanes.of(layout, 64);
    lanes.unpack(upload);
    for (int peer = 0; peer < 3; peer++) {
      KeysStatement theirs = u1.members().get(peer).statement();
      Bytes ciphertext = Play.at(deals, four.name(peer)).leaves().get(3).maskCiphertext();
      Secret seed = keys.seed(d1, peer, theirs.mask(), ciphertext);
      Mask.ofPair(seed, d1, true).apply(layout, 0, lanes, new Scratch()); // site-003 subtracted it
    }
    int same = 0;
    for (int i = 0; i < 64; i++) {
      same += layout.lift(lanes.get(i)) == SECRET[i] ? 1 : 0;
    }
    // 10-bit lanes agree by chance with probability 2^-10 each; the seed is fixed
    assertThat(same).isLessThan(3);
    // nothing else was missing: with b, which nobody revealed, the vector would be open
    Mask.ofSelf(selfMask(), d1, false).apply(layout, 0, lanes, new Scratch());
    for (int i = 0; i < 64; i++) {
      assertThat(layout.lift(lanes.get(i))).isEqualTo(SECRET[i]);
    }
    assertThat(play.sum().survivors()).doesNotContain("site-003");
  }

  /// What site-003 drew behind its root and the seed of its transport keys.
  private static Secret selfMask() {
    SeededRandom random = new SeededRandom(1003);
    Secret.random(Secret.BYTES, random);
    Secret.random(HybridKeys.SEED_BYTES, random);
    return Secret.random(Secret.BYTES, random);
  }

  /// From the root shares in three answers.
  private static Secret root(Play play) throws Exception {
    List<Share> shares = new ArrayList<>();
    for (String name : List.of("site-000", "site-001", "site-002")) {
      AnswerStatement answer =
          Signed.decode(Play.at(play.fromSites, name), AnswerStatement::decode).statement();
      assertThat(answer.selfShares()).as("shares of b, for U3 alone").hasSize(3);
      shares.add(answer.recoveries().getFirst().rootShare());
    }
    Shamir shamir = Shamir.of256Bits(3);
    return shamir.join(shamir.weights(new int[] {1, 2, 3}), shares).orElseThrow();
  }
}

package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.secagg.site.Upload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a site can send the coordinator to spoil a round, and that it spoils nothing but its own
/// part.
final class HostileMessagesTest {
  private static final int LENGTH = Layout.CHUNK_LANES + 50;
  private static final VectorSpec TWO_CHUNKS =
      VectorSpec.of(new Segment.Exact("x", LENGTH, 100, true));
  private final Federation four = new Federation(4);

  @Test
  void bentTruncatedAndForeignKeysAreRejectedAndTheRightOnesStillTaken() {
    Play play = play();
    byte[] keys = Play.at(play.fromSites, "site-000");
    byte[] bent = keys.clone();
    bent[bent.length - 1] ^= 1;
    assertRejected(play.keys.accept("site-000", bent), Rule.SIGNATURE, "site-000");
    assertRejected(
        play.keys.accept("site-000", Arrays.copyOf(keys, keys.length - 1)),
        Rule.WELL_FORMED,
        "site-000");
    assertRejected(
        play.keys.accept("site-000", Arrays.copyOf(keys, keys.length + 1)),
        Rule.WELL_FORMED,
        "site-000");
    assertRejected(
        play.keys.accept("site-000", Play.at(play.fromSites, "site-001")), Rule.MEMBER, "site-000");
    assertRejected(play.keys.accept("nobody", keys), Rule.MEMBER, "nobody");
    assertThat(play.keys.accept("site-000", keys)).isEqualTo(new Receipt.Accepted());
    assertThat(play.keys.accept("site-000", keys)).isEqualTo(new Receipt.Accepted());
    byte[] second = Play.at(new Play(four, play.manifest, 9).fromSites, "site-000");
    assertRejected(play.keys.accept("site-000", second), Rule.ONE_MESSAGE, "site-000");
  }

  @Test
  void aSiteThatReturnsAfterItWasDroppedStaysOut() {
    Play play = play();
    play.keys.drop("site-003");
    assertRejected(
        play.keys.accept("site-003", Play.at(play.fromSites, "site-003")),
        Rule.STAYS_DROPPED,
        "site-003");
    play.silent.add("site-003");
    play.toUploads();
    assertRejected(
        play.uploads.acceptChunk("site-003", 0, new byte[0]), Rule.STAYS_DROPPED, "site-003");
    assertThat(play.toAnswers().sum().dropped()).containsExactly("site-003");
  }

  @Test
  void chunksOfWrongIndexOrLengthAreRejected() {
    Play play = play().toUploads();
    byte[] chunk = upload(play).chunk(0);
    assertRejected(play.uploads.acceptChunk("site-000", -1, chunk), Rule.CHUNK, "site-000");
    assertRejected(play.uploads.acceptChunk("site-000", 2, chunk), Rule.CHUNK, "site-000");
    assertRejected(
        play.uploads.acceptChunk("site-000", 0, Arrays.copyOf(chunk, chunk.length - 1)),
        Rule.CHUNK,
        "site-000");
    assertRejected(
        play.uploads.acceptChunk("site-000", 0, Arrays.copyOf(chunk, chunk.length + 1)),
        Rule.CHUNK,
        "site-000");
  }

  @Test
  void aChunkSentAgainCountsOnceAndAnotherInItsPlaceIsRejected() {
    Play play = play().toUploads();
    byte[] chunk = upload(play).chunk(0);
    play.uploads.acceptChunk("site-000", 0, chunk);
    assertThat(play.uploads.acceptChunk("site-000", 0, chunk)).isEqualTo(new Receipt.Accepted());
    byte[] bent = chunk.clone();
    bent[5] ^= 1;
    assertRejected(play.uploads.acceptChunk("site-000", 0, bent), Rule.ONE_MESSAGE, "site-000");
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsOnly(10);
  }

  /// Its first chunk is bent, its header true: nothing of it reaches the sum of the others.
  @Test
  void chunksThatDoNotHashToTheSignedRootDropTheirSiteAndPolluteNothing() {
    Play play = play().toUploads();
    Upload upload = upload(play);
    byte[] bent = upload.chunk(0);
    bent[5] ^= 1;
    play.uploads.acceptChunk("site-000", 0, bent);
    play.uploads.accept("site-000", upload.header().encoded());
    assertRejected(
        play.uploads.acceptChunk("site-000", 1, upload.chunk(1)), Rule.CHUNK, "site-000");
    play.silent.add("site-000");
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsOnly(2 + 3 + 4);
    assertThat(sum.dropped()).containsExactly("site-000");
    assertThat(sum.faults()).extracting(Fault::rule).containsExactly(Rule.CHUNK);
  }

  @Test
  void anUploadThatStopsHalfWayPollutesNothing() {
    Play play = play().toUploads();
    play.uploads.acceptChunk("site-000", 0, upload(play).chunk(0));
    play.silent.add("site-000");
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsOnly(2 + 3 + 4);
  }

  @Test
  void aWrongShareNamesItsRevealerAndTheOthersSuffice() throws Exception {
    Play play = play().toUploads().toAnswers();
    Signed<AnswerStatement> answer = answer(play, "site-001");
    List<Share> shares = new ArrayList<>(answer.statement().selfShares());
    shares.set(2, Share.of(1, 2, 3, 4, 5));
    Receipt receipt =
        play.answers.accept(
            "site-001",
            Signed.sign(
                    new AnswerStatement(answer.statement().origin(), shares, List.of()),
                    Signatures.ML_DSA,
                    four.key("site-001"))
                .encoded());
    Fault fault =
        new Fault(
            Rule.SHARE_OPENS,
            "site-001",
            "the share revealed for site-002 does not open its commitment");
    assertThat(receipt).isEqualTo(new Receipt.Flawed(fault));
    play.fromSites.remove("site-001");
    SumResult sum = play.sum();
    assertThat(sum.aggregate().exactSum("x")).containsOnly(10);
    assertThat(sum.faults()).containsExactly(fault);
  }

  /// site-003 is lost; site-001 lies about their pair seed, which is then rebuilt from root shares.
  @Test
  void aWrongPairSeedNamesItsRevealerAndIsRebuilt() throws Exception {
    Play play = play();
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    play.silent.add("site-003");
    play.agree();
    play.mask();
    play.toAnswers();
    Signed<AnswerStatement> answer = answer(play, "site-001");
    AnswerStatement.Recovery honest = answer.statement().recoveries().getFirst();
    AnswerStatement lie =
        new AnswerStatement(
            answer.statement().origin(),
            answer.statement().selfShares(),
            List.of(new AnswerStatement.Recovery(honest.rootShare(), Secret.taking(new byte[32]))));
    Receipt receipt =
        play.answers.accept(
            "site-001", Signed.sign(lie, Signatures.ML_DSA, four.key("site-001")).encoded());
    assertThat(((Receipt.Flawed) receipt).fault().rule()).isEqualTo(Rule.SEED_OPENS);
    play.fromSites.remove("site-001");
    SumResult sum = play.sum();
    assertThat(sum.aggregate().exactSum("x")).containsOnly(1 + 2 + 3);
    assertThat(sum.faults()).extracting(Fault::party).containsExactly("site-001");
  }

  @Test
  void aMessageOfAnotherPhaseIsRejectedInEveryPhase() {
    Play play = play();
    byte[] keys = Play.at(play.fromSites, "site-000");
    assertThat(play.collectKeys()).isTrue();
    assertRejected(play.shares.accept("site-000", keys), Rule.WELL_FORMED, "site-000");
    play.deal();
    byte[] deal = Play.at(play.fromSites, "site-000");
    assertThat(play.collectShares()).isTrue();
    assertRejected(play.uploads.accept("site-000", deal), Rule.WELL_FORMED, "site-000");
    assertRejected(play.uploads.accept("site-000", keys), Rule.WELL_FORMED, "site-000");
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    assertRejected(play.consents.accept("site-000", deal), Rule.WELL_FORMED, "site-000");
    play.consent();
    byte[] consent = Play.at(play.fromSites, "site-000");
    assertThat(play.collectConsents()).isTrue();
    assertRejected(play.answers.accept("site-000", consent), Rule.WELL_FORMED, "site-000");
  }

  private static Signed<AnswerStatement> answer(Play play, String site) throws Exception {
    return Signed.decode(Play.at(play.fromSites, site), AnswerStatement::decode);
  }

  private static Upload upload(Play play) {
    return Play.at(play.uploading, "site-000").upload();
  }

  private static void assertRejected(Receipt receipt, Rule rule, String party) {
    assertThat(receipt).isInstanceOf(Receipt.Rejected.class);
    Fault fault = ((Receipt.Rejected) receipt).fault();
    assertThat(fault.rule()).as(fault.toString()).isEqualTo(rule);
    assertThat(fault.party()).isEqualTo(party);
  }

  /// Site i gives a vector of i + 1.
  private Play play() {
    Play play = new Play(four, four.manifest(3, TWO_CHUNKS, new Weights.Equal()));
    for (int i = 0; i < four.n; i++) {
      long[] values = new long[LENGTH];
      Arrays.fill(values, i + 1);
      play.inputs.put(four.name(i), Input.weighing(1).withExact("x", values));
    }
    return play;
  }
}

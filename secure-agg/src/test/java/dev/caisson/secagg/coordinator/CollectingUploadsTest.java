package dev.caisson.secagg.coordinator;

import static dev.caisson.secagg.Refusals.assertAborted;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.site.Upload;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The coordinator that collects masked vectors: what a site can send to spoil the sum, and that it
/// spoils nothing but its own part. Complaints are in [ComplaintsTest].
final class CollectingUploadsTest {
  private static final int LENGTH = Layout.CHUNK_LANES + 50;
  private final Federation four = new Federation(4);
  private final Play play = play(LENGTH).toUploads();

  @Test
  void chunksOfWrongIndexOrLengthAreRejected() {
    byte[] chunk = upload().chunk(0);
    rejectsChunk(-1, chunk, Rule.CHUNK, "chunk -1 of 2");
    rejectsChunk(2, chunk, Rule.CHUNK, "chunk 2 of 2");
    rejectsChunk(Integer.MAX_VALUE, chunk, Rule.CHUNK, "chunk 2147483647 of 2");
    int length = chunk.length;
    rejectsChunk(
        0,
        Arrays.copyOf(chunk, length - 1),
        Rule.CHUNK,
        "chunk 0 has %d bytes instead of %d".formatted(length - 1, length));
    rejectsChunk(
        0,
        Arrays.copyOf(chunk, length + 1),
        Rule.CHUNK,
        "chunk 0 has %d bytes instead of %d".formatted(length + 1, length));
    rejectsChunk(0, new byte[0], Rule.CHUNK, "chunk 0 has 0 bytes");
    // the other chunk's bytes are of another length
    rejectsChunk(1, chunk, Rule.CHUNK, "chunk 1 has %d bytes".formatted(length));
    rejectsChunk(0, upload().chunk(1), Rule.CHUNK, "chunk 0 has");
    sumsAll();
  }

  @Test
  void aLastChunkWithSpareBitsIsRejected() {
    byte[] last = upload().chunk(1); // 50 lanes of 10 bits: 500 of 504
    last[last.length - 1] |= (byte) 0x80;
    rejectsChunk(1, last, Rule.CHUNK, "spare bits behind the last lane are not zero");
    sumsAll();
  }

  @Test
  void aChunkSentAgainCountsOnceAndAnotherInItsPlaceIsRejected() {
    byte[] chunk = upload().chunk(0);
    play.uploads.acceptChunk("site-000", 0, chunk);
    assertThat(play.uploads.acceptChunk("site-000", 0, chunk)).isEqualTo(new Receipt.Accepted());
    byte[] bent = chunk.clone();
    bent[5] ^= 1;
    rejectsChunk(0, bent, Rule.CHUNK, "chunk 0 sent twice, differing");
    sumsAll();
  }

  @Test
  void chunksMayComeInAnyOrderBeforeOrAfterTheirHeader() {
    play.uploads.acceptChunk("site-000", 1, upload().chunk(1));
    assertThat(play.uploads.accept("site-000", upload().header().encoded()))
        .isEqualTo(new Receipt.Accepted());
    assertThat(play.uploads.awaited()).contains("site-000");
    play.uploads.acceptChunk("site-000", 0, upload().chunk(0));
    assertThat(play.uploads.awaited()).doesNotContain("site-000");
    sumsAll();
  }

  /// Its first chunk is bent, its header true: nothing of it reaches the sum of the others.
  @Test
  void chunksThatDoNotHashToTheSignedRootDropTheirSiteAndPolluteNothing() {
    byte[] bent = upload().chunk(0);
    bent[5] ^= 1;
    play.uploads.acceptChunk("site-000", 0, bent);
    play.uploads.accept("site-000", upload().header().encoded());
    rejectsChunk(1, upload().chunk(1), Rule.CHUNK, "the chunks do not hash to the signed root");
    rejectsChunk(0, upload().chunk(0), Rule.STAYS_DROPPED, "was declared dropped");
    play.silent.add("site-000");
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsOnly(2 + 3 + 4);
    assertThat(sum.dropped()).containsExactly("site-000");
    assertThat(sum.faults())
        .extracting(Fault::rule)
        .containsExactly(Rule.CHUNK, Rule.STAYS_DROPPED);
  }

  /// Two whole chunks, exchanged: every byte is the site's own.
  @Test
  void chunksInEachOthersPlaceDropTheirSite() {
    Play two = play(2 * Layout.CHUNK_LANES).toUploads();
    Upload upload = Play.at(two.uploading, "site-000").upload();
    two.uploads.acceptChunk("site-000", 0, upload.chunk(1));
    two.uploads.acceptChunk("site-000", 1, upload.chunk(0));
    assertRejected(
        two.uploads.accept("site-000", upload.header().encoded()),
        Rule.CHUNK,
        "site-000",
        "the chunks do not hash to the signed root");
    two.silent.add("site-000");
    assertThat(two.toAnswers().sum().aggregate().exactSum("x")).containsOnly(2 + 3 + 4);
  }

  /// One site's masked chunk under another's name.
  @Test
  void chunksOfAnotherSiteDropWhoSendsThem() {
    Upload theirs = Play.at(play.uploading, "site-001").upload();
    play.uploads.acceptChunk("site-000", 0, theirs.chunk(0));
    play.uploads.acceptChunk("site-000", 1, theirs.chunk(1));
    assertRejected(
        play.uploads.accept("site-000", theirs.header().encoded()),
        Rule.MEMBER,
        "site-000",
        "claims to be from member 1 instead of 0");
    assertRejected(
        play.uploads.accept("site-000", upload().header().encoded()), Rule.CHUNK, "site-000");
    play.silent.add("site-000");
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsOnly(2 + 3 + 4);
  }

  @Test
  void anUploadThatStopsHalfWayPollutesNothing() {
    play.uploads.acceptChunk("site-000", 0, upload().chunk(0));
    play.silent.add("site-000");
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsOnly(2 + 3 + 4);
  }

  @Test
  void headersThatAreNotThisSitesForThisU2AreRejected() {
    byte[] header = upload().header().encoded();
    rejectsHeader(new byte[0], Rule.WELL_FORMED, "truncated");
    rejectsHeader(Arrays.copyOf(header, header.length - 1), Rule.WELL_FORMED, "truncated");
    rejectsHeader(Arrays.copyOf(header, header.length + 1), Rule.WELL_FORMED, "1 bytes behind");
    byte[] bent = header.clone();
    bent[bent.length - 1] ^= 1;
    rejectsHeader(bent, Rule.SIGNATURE, "the signature does not hold");
    assertRejected(play.uploads.accept("nobody", header), Rule.MEMBER, "nobody", "is not awaited");
    assertRejected(play.uploads.acceptChunk("nobody", 0, header), Rule.MEMBER, "nobody");
    Play other = new Play(four, ManifestDraft.like(play.manifest).nonce("other").build());
    other.inputs.putAll(play.inputs);
    other.toUploads();
    rejectsHeader(
        Play.at(other.uploading, "site-000").upload().header().encoded(),
        Rule.SAME_ROUND,
        "of another round");
    sumsAll();
  }

  @Test
  void aHeaderWithMoreOrFewerConfirmationsThanPeersIsRejected() {
    UploadStatement honest = upload().header().statement();
    List<Digest> more = new ArrayList<>(honest.confirmations());
    more.add(Digest.ofText("one more"));
    rejectsHeader(header(honest, more), Rule.CONFIRMATION, "4 confirmations instead of 3");
    rejectsHeader(
        header(honest, honest.confirmations().subList(0, 2)),
        Rule.CONFIRMATION,
        "2 confirmations instead of 3");
    rejectsHeader(header(honest, List.of()), Rule.CONFIRMATION, "0 confirmations instead of 3");
    sumsAll();
  }

  private byte[] header(UploadStatement like, List<Digest> confirmations) {
    return Signed.sign(
            new UploadStatement(like.origin(), like.root(), confirmations),
            play.manifest.signatures(),
            four.key("site-000"))
        .encoded();
  }

  @Test
  void aSecondHeaderIsRejected() {
    play.uploads.accept("site-000", upload().header().encoded());
    UploadStatement honest = upload().header().statement();
    rejectsHeader(
        header(
            new UploadStatement(honest.origin(), Digest.ofText("another root"), List.of()),
            honest.confirmations()),
        Rule.ONE_MESSAGE,
        "two different messages");
    sumsAll();
  }

  /// Who falls silent once its upload is whole is counted; whom it happens to before is not.
  @Test
  void aWholeUploadCountsEvenOfASiteThatIsDropped() {
    play.uploads.accept("site-000", upload().header().encoded());
    play.uploads.acceptChunk("site-000", 0, upload().chunk(0));
    play.uploads.acceptChunk("site-000", 1, upload().chunk(1));
    play.uploads.drop("site-000");
    play.uploads.acceptChunk("site-001", 0, Play.at(play.uploading, "site-001").upload().chunk(0));
    play.uploads.drop("site-001");
    play.silent.addAll(List.of("site-000", "site-001"));
    assertThat(play.collectUploads()).isTrue();
    assertThat(play.toSites.keySet()).containsExactly("site-002", "site-003");
    SurvivorList u3 = (SurvivorList) Play.at(play.toSites, "site-002");
    assertThat(u3.members()).containsExactly(0, 2, 3);
  }

  @Test
  void whoUploadedNothingUntilThePhaseClosedStaysOut() {
    play.silent.add("site-003");
    assertThat(play.uploads.isComplete()).isFalse();
    assertThat(play.collectUploads()).isTrue();
    assertRejected(
        play.consents.accept("site-003", upload().header().encoded()),
        Rule.STAYS_DROPPED,
        "site-003");
  }

  @Test
  void tooFewUploadsEndTheRoundNamingTheFloor() {
    play.silent.add("site-000");
    play.silent.add("site-001");
    assertThat(play.collectUploads()).isFalse();
    assertThat(assertAborted(play.last, "2 sites reached this step (U3)", "at least 3")).isEmpty();
  }

  @Test
  void afterItIsClosedNothingIsTaken() {
    byte[] chunk = upload().chunk(0);
    byte[] header = upload().header().encoded();
    CollectingUploads closed = play.uploads;
    assertThat(play.collectUploads()).isTrue();
    assertThat(closed.isComplete()).isTrue();
    assertThatThrownBy(() -> closed.acceptChunk("site-000", 0, chunk))
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> closed.accept("site-000", header)).hasMessageContaining("closed");
    assertThatThrownBy(closed::close).hasMessageContaining("closed");
  }

  /// Everybody's vector, site-000's as if nothing had been tried.
  private void sumsAll() {
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsOnly(1 + 2 + 3 + 4);
  }

  private Upload upload() {
    return Play.at(play.uploading, "site-000").upload();
  }

  private void rejectsChunk(int index, byte[] chunk, Rule rule, String words) {
    assertRejected(play.uploads.acceptChunk("site-000", index, chunk), rule, "site-000", words);
  }

  private void rejectsHeader(byte[] header, Rule rule, String words) {
    assertRejected(play.uploads.accept("site-000", header), rule, "site-000", words);
  }

  /// Site i gives a vector of i + 1.
  private Play play(int length) {
    Play play =
        new Play(
            four,
            ManifestDraft.like(four.one(3))
                .vector(new Segment.Exact("x", length, 100, true))
                .build());
    for (int i = 0; i < four.n; i++) {
      long[] values = new long[length];
      Arrays.fill(values, i + 1);
      play.inputs.put(four.name(i), Input.weighing(1).withExact("x", values));
    }
    return play;
  }
}

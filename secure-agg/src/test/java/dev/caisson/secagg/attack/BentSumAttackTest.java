package dev.caisson.secagg.attack;

import static dev.caisson.secagg.attack.Findings.assertGap;
import static dev.caisson.secagg.attack.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.CheckGame;
import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.check.Totals;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/// A coordinator that publishes something else than the sum of the uploads.
final class BentSumAttackTest {
  private static final int N = 4;

  private final CheckGame game = new CheckGame(N, 3, 0, 1);

  @Test
  void oneEntryMoreIsNoticedByEverySite() throws Exception {
    assertBentIsNoticed(5, v -> v + 1);
  }

  @Test
  void anEntryOfTheLastChunkTooAndOneLess() throws Exception {
    assertBentIsNoticed(CheckGame.LENGTH - 1, v -> v - 1);
  }

  @Test
  void allEntriesMoreIsNoticedByEverySite() throws Exception {
    assertBentIsNoticed(-1, v -> v + 3);
  }

  /// Y and S agree with each other, with all seeds and roots; only the uploads do not add up to it.
  private void assertBentIsNoticed(int entry, LongUnaryOperator change) throws Exception {
    List<byte[]> chunks = game.bent(entry, change);
    SignedSumOpening opening = game.opening(chunks, game.sum(entry, change));
    NavigableMap<String, Signed<TagStatement>> tags = game.tags(opening);
    assertThat(tags).as("nothing is wrong with the opening by itself").hasSize(N);
    List<String> suspects = new ArrayList<>(List.of("coordinator"));
    suspects.addAll(game.play.manifest.cohort());
    assertThat(game.findings(chunks::get, tags).values())
        .hasSize(N)
        .allSatisfy(
            finding ->
                assertThat(finding)
                    .isEqualTo(
                        new Finding.Wrong(suspects, "the total is not the sum of the uploads")));
  }

  /// Whoever has all uploads knows that it was the coordinator.
  @Test
  void withTheUploadsAtHandOnlyTheCoordinatorIsLeft() throws Exception {
    List<byte[]> chunks = game.bent(5, v -> v + 1);
    SignedSumOpening opening = game.opening(chunks, game.sum(5, v -> v + 1));
    NavigableMap<String, Signed<TagStatement>> tags = game.tags(opening);
    Map<Integer, IntFunction<byte[]>> uploads = new HashMap<>();
    tags.keySet().forEach(site -> uploads.put(game.member(site), game.upload(site)));
    assertThat(
            game.findings(chunks::get, new TagList(List.copyOf(tags.values()), List.of()), uploads)
                .values())
        .containsOnly(
            new Finding.Wrong(List.of("coordinator"), "the total is not the sum of the uploads"));
  }

  /// The same sum comes of it, and yet it is not what the uploads add up to.
  @Test
  void aMultipleOfTheRingIsNoticedThoughTheSumIsTheSame() throws Exception {
    long ring = 1L << game.play.manifest.layout().bits();
    LongUnaryOperator change = v -> v >= ring ? v - ring : v + ring;
    List<byte[]> chunks = game.bent(7, change);
    SignedSumOpening opening = game.opening(chunks, game.honest.opening().opening().sum());
    assertWrong(game.findings(chunks::get, game.tags(opening)), "is not the sum of the uploads");
  }

  @Test
  void anEntryThatNoUploadsAddUpToIsNoticed() throws Exception {
    int bits = Totals.layout(game.play.manifest.layout(), N).orElseThrow().bits();
    long largest = (1L << bits) - 1;
    assertThat(largest).isGreaterThan(N * ((1L << game.play.manifest.layout().bits()) - 1));
    List<byte[]> chunks = game.bent(9, v -> largest);
    SignedSumOpening opening = game.opening(chunks, Digest.ofText("whatever"));
    assertWrong(
        game.findings(chunks::get, game.tags(opening)),
        "signed a total whose entry 9 is larger than any sum of uploads");
  }

  @Test
  void anotherSumThanTheTotalGivesIsNoticed() throws Exception {
    List<byte[]> chunks = game.bent(0, v -> v);
    SignedSumOpening opening = game.opening(chunks, game.sum(5, v -> v + 1));
    assertWrong(
        game.findings(chunks::get, game.tags(opening)),
        "published another sum than its total gives without the masks");
  }

  @Test
  void aTotalThatLeavesOutAnUploadIsNoticed() throws Exception {
    assertWrong(summing(List.of(0, 1, 2)), "is not the sum of the uploads");
  }

  @Test
  void aTotalThatCountsAnUploadTwiceIsNoticed() throws Exception {
    assertWrong(summing(List.of(0, 1, 2, 2)), "is not the sum of the uploads");
  }

  /// The sum that comes of it fits.
  private NavigableMap<String, Finding> summing(List<Integer> members) throws Exception {
    var layout = game.play.manifest.layout();
    var total = Totals.layout(layout, N).orElseThrow();
    List<byte[]> chunks = new ArrayList<>();
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      int at = chunk;
      chunks.add(
          Totals.chunk(
              layout,
              total,
              chunk,
              members.stream().map(member -> game.play.kept.get(member, at)).toList()));
    }
    Digest sum = game.sumOf(chunks);
    SignedSumOpening opening = game.opening(chunks, sum);
    return game.findings(chunks::get, game.tags(opening));
  }

  @Test
  void chunksThatAreNotTheTotalThatWasSignedVerifyNothing() throws Exception {
    NavigableMap<String, Signed<TagStatement>> tags = game.tags(game.honest.opening());
    assertGap(
        game.findings(game.bent(5, v -> v + 1)::get, tags),
        "the total that was handed out is not the one that was signed");
    assertGap(
        game.findings(chunk -> new byte[chunk], tags),
        "the total that was handed out is not the one that was signed");
  }

  private static void assertWrong(NavigableMap<String, Finding> findings, String words) {
    assertThat(findings.values())
        .isNotEmpty()
        .allSatisfy(
            finding -> {
              assertThat(finding).isInstanceOf(Finding.Wrong.class);
              assertThat(((Finding.Wrong) finding).suspects()).contains("coordinator");
              assertThat(finding.inWords()).contains(words);
            });
  }
}

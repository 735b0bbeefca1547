package dev.caisson.secagg.attack;

import static dev.caisson.secagg.attack.Findings.assertGap;
import static dev.caisson.secagg.attack.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.CheckGame;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.check.Challenge;
import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.check.SiteCheck;
import dev.caisson.secagg.check.Tag;
import dev.caisson.secagg.check.Totals;
import dev.caisson.secagg.coordinator.CollectingTags;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.junit.jupiter.api.Test;

/// Sites that say something else of their uploads than what they sent, or nothing.
final class LyingTagAttackTest {
  private static final int N = 4;

  private final CheckGame game = new CheckGame(N, 3, 0, 1);

  @Test
  void tagsOfAnotherRoundCountForNothing() {
    CheckGame before = new CheckGame(N, 3, 0, 7);
    NavigableMap<String, Signed<TagStatement>> old = before.tags(before.honest.opening());
    NavigableMap<String, Signed<TagStatement>> tags = game.tags(game.honest.opening());
    tags.put("site-002", Play.at(old, "site-002"));
    NavigableMap<String, Finding> findings = game.findings(game.honest::totalChunk, tags);
    assertThat(Play.at(findings, "site-000").inWords())
        .startsWith("no tag for this opening from site-002,");
    assertThat(Play.at(findings, "site-002"))
        .as("it knows its own")
        .isInstanceOf(Finding.Verified.class);
  }

  /// Only with an accomplice of U3: the sum passes. Its tag and its root are signed, and contradict
  /// each other for whoever has the upload.
  @Test
  void aLyingSiteCanCoverForACoordinatorUntilItsUploadIsSeen() throws Exception {
    List<byte[]> chunks = game.bent(5, v -> v + 1);
    SignedSumOpening opening = game.opening(chunks, game.sum(5, v -> v + 1));
    NavigableMap<String, Signed<TagStatement>> tags = game.tags(opening);
    tags.put("site-003", shifted(opening, tags, chunks));
    NavigableMap<String, Finding> findings = game.findings(chunks::get, tags);
    assertThat(Play.at(findings, "site-000")).isInstanceOf(Finding.Verified.class);
    TagList list = new TagList(List.copyOf(tags.values()), List.of());
    assertThat(
            Play.at(game.checks, "site-000")
                .check(chunks::get, list, Map.of(3, game.upload("site-003"))))
        .isEqualTo(
            new Finding.Wrong(
                List.of("site-003"),
                "signed a tag that is not of the upload whose root it signed"));
  }

  /// What makes the others' tags add up to the bent total.
  private Signed<TagStatement> shifted(
      SignedSumOpening opening,
      NavigableMap<String, Signed<TagStatement>> tags,
      List<byte[]> chunks)
      throws Exception {
    var total = Totals.layout(game.play.manifest.layout(), N).orElseThrow();
    long p = (1L << 61) - 1;
    Tag rest = new Tag(0, 0);
    for (String site : List.of("site-000", "site-001", "site-002")) {
      rest = rest.plus(Tag.of(Play.at(tags, site).statement()));
    }
    try (Challenge challenge = new Challenge(opening.opening().d3(), opening.opening().total())) {
      for (int chunk = 0; chunk < total.chunks(); chunk++) {
        Lanes lanes = Lanes.of(total, total.lanesIn(chunk));
        lanes.unpack(chunks.get(chunk));
        challenge.add(total.firstLane(chunk), lanes);
      }
      Tag all = challenge.tag();
      return signed(
          "site-003",
          opening,
          Math.floorMod(all.first() - rest.first(), p),
          Math.floorMod(all.second() - rest.second(), p));
    }
  }

  private Signed<TagStatement> signed(
      String site, SignedSumOpening opening, long first, long second) {
    return Signed.sign(
        new TagStatement(
            new Origin(opening.opening().manifest(), opening.opening().d3(), game.member(site)),
            opening.digest(),
            first,
            second),
        game.play.manifest.signatures(),
        game.play.federation.key(site));
  }

  @Test
  void anHonestCoordinatorNamesTheLiarAndShowsItsUpload() throws Exception {
    NavigableMap<String, Signed<TagStatement>> tags = game.tags(game.honest.opening());
    tags.put("site-002", signed("site-002", game.honest.opening(), 1, 2));
    tags.forEach(
        (site, tag) ->
            assertThat(game.honest.accept(site, tag.encoded())).isEqualTo(new Receipt.Accepted()));
    assertThat(game.honest.isComplete()).isTrue();
    var closed = game.honest.close();
    assertThat(closed.next().faults())
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.rule()).isEqualTo(Rule.TAG);
              assertThat(fault.party()).isEqualTo("site-002");
              assertThat(fault.rule().provesCulprit()).isTrue();
            });
    assertThat(closed.next().uploads()).containsOnlyKeys("site-002");
    TagList list = TagList.decode(Play.at(closed.outgoing(), "site-000").encoded());
    assertThat(list.uploads())
        .containsExactly(new TagList.Shown(2, Play.at(closed.next().uploads(), "site-002")));
    assertThat(
            Play.at(game.checks, "site-000")
                .check(game.honest::totalChunk, list, Map.of(2, game.honest.upload("site-002"))))
        .isEqualTo(
            new Finding.Verified(
                game.honest.opening().opening().sum(),
                List.of("site-000", "site-001", "site-003"),
                List.of("site-002")));
  }

  @Test
  void aCoordinatorTakesNoTagForAnotherOpening() throws Exception {
    List<byte[]> chunks = game.bent(5, v -> v + 1);
    SignedSumOpening other = game.opening(chunks, Digest.ofText("sum"));
    CollectingTags tags = game.honest;
    assertThat(tags.accept("site-000", signed("site-000", other, 1, 2).encoded()))
        .isInstanceOf(Receipt.Rejected.class);
    assertThat(tags.accept("site-000", signed("site-001", tags.opening(), 1, 2).encoded()))
        .isInstanceOf(Receipt.Rejected.class);
    assertThat(tags.accept("stranger", new byte[3])).isInstanceOf(Receipt.Rejected.class);
    assertThat(tags.awaited()).hasSize(N);
  }

  @Test
  void aSilentSitesUploadStandsForItsTag() throws Exception {
    NavigableMap<String, Signed<TagStatement>> tags = game.tags(game.honest.opening());
    tags.remove("site-001");
    game.checks.remove("site-001");
    assertThat(game.findings(game.honest::totalChunk, tags).values())
        .containsOnly(
            new Finding.Verified(
                game.honest.opening().opening().sum(),
                List.of("site-000", "site-002", "site-003"),
                List.of("site-001")));
  }

  @Test
  void aSilentSiteWithoutItsUploadIsAGapAndSoIsAnUploadThatIsNotIts() {
    NavigableMap<String, Signed<TagStatement>> tags = game.tags(game.honest.opening());
    tags.remove("site-001");
    game.checks.remove("site-001");
    TagList list = new TagList(List.copyOf(tags.values()), List.of());
    assertGap(game.findings(game.honest::totalChunk, list, Map.of()), "no tag for this opening");
    assertGap(
        game.findings(game.honest::totalChunk, list, Map.of(1, game.upload("site-002"))),
        "no tag for this opening from site-001, nor an upload under its root");
    assertGap(
        game.findings(game.honest::totalChunk, list, Map.of(1, chunk -> new byte[1])),
        "no tag for this opening from site-001");
  }

  @Test
  void aSiteWhoseOwnCopyIsNotWhatItSentTagsNothing() {
    SiteCheck check = game.check("site-001");
    SiteCheck.Tagging tagging = check.tag(game.honest.opening().encoded(), game.upload("site-002"));
    assertThat(finding(tagging)).isInstanceOf(Finding.Unverified.class);
    assertThat(finding(tagging).inWords()).contains("copy of its own upload");
  }
}

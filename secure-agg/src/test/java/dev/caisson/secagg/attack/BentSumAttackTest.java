package dev.caisson.secagg.attack;

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
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/// A coordinator that publishes something else than the sum of the uploads, and sites that say
/// something else of their own.
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

  @Test
  void anotherSelfMaskSeedIsNoticed() {
    SumOpening o = game.honest.opening().opening();
    List<Secret> swapped = new ArrayList<>(o.selfMasks());
    swapped.add(swapped.removeFirst());
    assertRefused(
        new SumOpening(
            o.manifest(), o.d3(), o.total(), o.content(), o.sum(), o.uploads(), swapped, List.of()),
        "opened another self-mask seed of site-000 than it committed to");
  }

  @Test
  void anotherPairSeedIsNoticed() {
    CheckGame lossy = new CheckGame(N, 3, 1, 2);
    SumOpening o = lossy.honest.opening().opening();
    assertThat(o.pairSeeds()).hasSize(1);
    List<Secret> rotated = new ArrayList<>(o.pairSeeds().getFirst());
    rotated.add(rotated.removeFirst());
    SiteCheck.Tagging tagging =
        lossy.tag(
            "site-001",
            CheckGame.sign(
                new SumOpening(
                    o.manifest(),
                    o.d3(),
                    o.total(),
                    o.content(),
                    o.sum(),
                    o.uploads(),
                    o.selfMasks(),
                    List.of(rotated))));
    assertThat(finding(tagging).inWords())
        .isEqualTo(
            "coordinator: opened another pair seed of site-000 and site-003 than was confirmed");
    assertThat(finding(tagging)).isInstanceOf(Finding.Wrong.class);
  }

  @Test
  void withoutTheSeedsOfLostPairsNothingIsVerified() {
    CheckGame lossy = new CheckGame(N, 3, 1, 2);
    SumOpening o = lossy.honest.opening().opening();
    SiteCheck.Tagging tagging =
        lossy.tag(
            "site-001",
            CheckGame.sign(
                new SumOpening(
                    o.manifest(),
                    o.d3(),
                    o.total(),
                    o.content(),
                    o.sum(),
                    o.uploads(),
                    o.selfMasks(),
                    List.of())));
    assertThat(finding(tagging).inWords()).contains("pair seeds of 0 members, 1 of U2");
  }

  /// An upload that the coordinator made up for an honest site: others consent to a U3 that names
  /// it.
  @Test
  void anUploadThatItsSiteDidNotSignIsNoticed() {
    SumOpening o = game.honest.opening().opening();
    Signed<UploadStatement> real = o.uploads().getLast();
    Signed<UploadStatement> forged =
        Signed.sign(
            real.statement(),
            game.play.manifest.signatures(),
            game.play.federation.key("site-000"));
    assertThat(forged.digest()).as("as U3 names it").isEqualTo(real.digest());
    assertRefused(
        withUploads(o, forged), "summed an upload that site-003 did not sign: the signature");
  }

  @Test
  void anotherUploadThanU3NamesIsNoticed() {
    SumOpening o = game.honest.opening().opening();
    UploadStatement real = o.uploads().getLast().statement();
    Signed<UploadStatement> other =
        Signed.sign(
            new UploadStatement(real.origin(), Digest.ofText("other"), real.confirmations()),
            game.play.manifest.signatures(),
            game.play.federation.key("site-003"));
    assertRefused(withUploads(o, other), "opened another upload of site-003 than U3 names");
  }

  private static SumOpening withUploads(SumOpening o, Signed<UploadStatement> last) {
    List<Signed<UploadStatement>> uploads = new ArrayList<>(o.uploads());
    uploads.set(uploads.size() - 1, last);
    return new SumOpening(
        o.manifest(),
        o.d3(),
        o.total(),
        o.content(),
        o.sum(),
        uploads,
        o.selfMasks(),
        o.pairSeeds());
  }

  private void assertRefused(SumOpening opening, String words) {
    Finding finding = finding(game.tag("site-001", CheckGame.sign(opening)));
    assertThat(finding).isInstanceOf(Finding.Wrong.class);
    assertThat(finding.inWords()).startsWith("coordinator: " + words);
  }

  @Test
  void anOpeningThatTheCoordinatorDidNotSignIsNone() {
    SignedSumOpening stranger =
        SignedSumOpening.sign(
            game.honest.opening().opening(), game.play.federation.key("site-000"));
    assertThat(finding(game.tag("site-001", stranger)))
        .isEqualTo(
            new Finding.Unverified("the opening is not signed by the coordinator of this site"));
  }

  @Test
  void anOpeningOfAnotherRoundIsNone() {
    CheckGame other = new CheckGame(N, 3, 1, 9);
    assertThat(finding(game.tag("site-001", other.honest.opening())))
        .isEqualTo(new Finding.Unverified("the opening is of another round or other survivors"));
  }

  /// Two truths: one Y for some, another for the rest. Nobody verifies the bent one, and those who
  /// were told the truth need the uploads of the others.
  @Test
  void twoOpeningsVerifyNothingForThoseWhoWereLiedTo() throws Exception {
    List<byte[]> chunks = game.bent(5, v -> v + 1);
    SignedSumOpening bent = game.opening(chunks, game.sum(5, v -> v + 1));
    NavigableMap<String, Signed<TagStatement>> tags = new TreeMap<>();
    for (String site : game.checks.keySet()) {
      boolean liedTo = site.equals("site-003");
      if (game.tag(site, liedTo ? bent : game.honest.opening())
          instanceof SiteCheck.Tagging.Tagged(Signed<TagStatement> tag, _)) {
        tags.put(site, tag);
      }
    }
    TagList list = new TagList(List.copyOf(tags.values()), List.of());
    assertThat(Play.at(game.checks, "site-003").check(chunks::get, list, Map.of()).inWords())
        .startsWith("no tag for this opening from site-000, site-001, site-002");
    Finding told = Play.at(game.checks, "site-000").check(game.honest::totalChunk, list, Map.of());
    assertThat(told.inWords()).startsWith("no tag for this opening from site-003,");
    assertThat(told).isInstanceOf(Finding.Unverified.class);
    assertThat(
            Play.at(game.checks, "site-000")
                .check(game.honest::totalChunk, list, Map.of(3, game.upload("site-003"))))
        .isEqualTo(
            new Finding.Verified(
                game.honest.opening().opening().sum(),
                List.of("site-000", "site-001", "site-002"),
                List.of("site-003")));
  }

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

  private static void assertGap(NavigableMap<String, Finding> findings, String words) {
    assertThat(findings.values())
        .isNotEmpty()
        .allSatisfy(
            finding -> {
              assertThat(finding).isInstanceOf(Finding.Unverified.class);
              assertThat(finding.inWords()).contains(words);
            });
  }

  private static Finding finding(SiteCheck.Tagging tagging) {
    return switch (tagging) {
      case SiteCheck.Tagging.Over(Finding finding) -> finding;
      case SiteCheck.Tagging.Tagged _ -> throw new AssertionError("a tag was given");
    };
  }
}

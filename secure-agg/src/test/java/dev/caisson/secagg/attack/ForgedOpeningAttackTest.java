package dev.caisson.secagg.attack;

import static dev.caisson.secagg.attack.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.CheckGame;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.check.SiteCheck;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A coordinator whose opening does not fit what the round fixed before, or is not one for all.
final class ForgedOpeningAttackTest {
  private static final int N = 4;

  private final CheckGame game = new CheckGame(N, 3, 0, 1);

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
}

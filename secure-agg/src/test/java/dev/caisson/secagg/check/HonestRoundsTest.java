package dev.caisson.secagg.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.CheckGame;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.trust.Digest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Among honest parties every site verifies every sum, whoever is silent whenever.
final class HonestRoundsTest {
  /// Every subset that falls silent before its upload, after it, or with its tag, as long as a sum
  /// comes of it.
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void everyHonestSiteVerifiesWhoeverIsSilent(int n) throws Exception {
    int verified = 0;
    int threshold = Math.max(3, n / 2 + 1);
    for (int step = 0; step < 3; step++) {
      for (int subset = 0; subset < 1 << n; subset++) {
        if (n - Integer.bitCount(subset) >= threshold || step == 2) {
          Set<String> silent = new TreeSet<>();
          for (int i = 0; i < n; i++) {
            if ((subset >> i & 1) == 1) {
              silent.add(new Federation(n).name(i));
            }
          }
          verified += verified(n, threshold, step, silent);
        }
      }
    }
    assertThat(verified).isEqualTo(EXPECTED[n]);
  }

  /// Sites that verify, over all cases: sum over steps and admitted subsets of the sites that are
  /// left.
  private static final int[] EXPECTED = {0, 0, 0, 3 + 3 + 12, 16 + 16 + 32, 55 + 55 + 80};

  private static int verified(int n, int threshold, int step, Set<String> silent) throws Exception {
    Federation federation = new Federation(n);
    RoundManifest manifest = federation.one(threshold);
    CheckGame game =
        new CheckGame(
            new Play(federation, manifest),
            step == 0 ? silent : Set.of(),
            step == 1 ? silent : Set.of());
    for (String site : game.checks.keySet()) {
      if (!silent.contains(site)) {
        Signed<TagStatement> tag =
            ((SiteCheck.Tagging.Tagged) game.tag(site, game.honest.opening())).tag();
        assertThat(game.honest.accept(site, tag.encoded())).isEqualTo(new Receipt.Accepted());
      }
    }
    silent.forEach(game.honest::drop);
    assertThat(game.honest.isComplete()).isTrue();
    var closed = game.honest.close();
    Digest sum = Digest.of(game.opened.result().aggregate().content());
    int verified = 0;
    for (String site : closed.outgoing().keySet()) {
      TagList list = TagList.decode(Play.at(closed.outgoing(), site).encoded());
      Map<Integer, IntFunction<byte[]>> uploads = new HashMap<>();
      list.uploads().forEach(s -> uploads.put(s.member(), game.honest.upload(name(game, s))));
      Finding finding = Play.at(game.checks, site).check(game.honest::totalChunk, list, uploads);
      assertThat(finding)
          .as("%s of %d, %s silent in step %d", site, n, silent, step)
          .isInstanceOf(Finding.Verified.class);
      assertThat(((Finding.Verified) finding).sum()).isEqualTo(sum);
      verified++;
    }
    game.opened.close();
    return verified;
  }

  private static String name(CheckGame game, TagList.Shown shown) {
    return game.play.manifest.cohort().get(shown.member());
  }

  /// Real segments, weights that become visible, both signatures, 32-bit and wider rings.
  @Test
  void otherVectorsAndSignaturesVerifyToo() {
    Federation federation = new Federation(3);
    for (long max : new long[] {1, 100, 1L << 28, 1L << 50}) {
      RoundManifest manifest =
          ManifestDraft.like(
                  federation.manifest(
                      3,
                      VectorSpec.of(new Segment.Exact("x", 17, max, true)),
                      new Weights.Total(7)))
              .signatures(Signatures.ML_DSA_AND_ED25519)
              .build();
      CheckGame game = new CheckGame(new Play(federation, manifest), Set.of(), Set.of(), max);
      assertThat(game.findings(game.honest::totalChunk, game.tags(game.honest.opening())).values())
          .as("%d bits", manifest.layout().bits())
          .hasSize(3)
          .allMatch(Finding.Verified.class::isInstance);
    }
  }

  /// What a site keeps is enough to check again, by anybody who knows the roster.
  @Test
  void aRecordedRoundVerifiesAgain() throws Exception {
    CheckGame game = new CheckGame(4, 3, 1, 3);
    var tags = game.tags(game.honest.opening());
    Proceedings said = Play.at(game.play.finished, "site-000").proceedings().orElseThrow();
    Proceedings kept = Proceedings.decode(said.encoded());
    assertThat(kept).isEqualTo(said);
    assertThat(kept.d3()).isEqualTo(game.opened.result().d3());
    assertThat(
            new SumVerifier(kept, game.play.federation.roster(), Federation.COORDINATOR.identity())
                .verify(
                    game.honest.opening(),
                    game.honest::totalChunk,
                    List.copyOf(tags.values()),
                    Map.of()))
        .isEqualTo(
            new Finding.Verified(
                Digest.of(game.opened.result().aggregate().content()),
                List.of("site-000", "site-001", "site-002"),
                List.of()));
  }
}

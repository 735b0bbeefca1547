package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertRefused;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.site.Step;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sites are shown different things; none of them ends in a sum over what they were not all shown.
final class SplitViewAttackTest {
  private final Federation four = new Federation(4);

  /// What of the manifest site-002 alone is shown differently.
  enum Field {
    MODEL,
    CONFIG,
    COHORT,
    THRESHOLD,
    VECTOR,
    WEIGHTS,
    PURPOSE,
    ROUND,
    NONCE,
    SIGNATURES;

    ManifestDraft changed(RoundManifest manifest) {
      ManifestDraft draft = ManifestDraft.like(manifest);
      return switch (this) {
        case MODEL -> draft.model("another model");
        case CONFIG -> draft.config("another config");
        case COHORT -> draft.cohort(manifest.cohort().subList(0, 3));
        case THRESHOLD -> draft.threshold(4);
        case VECTOR -> draft.vector(new Segment.Exact("x", 1, 99, true));
        case WEIGHTS -> draft.weights(new Weights.FixedDenominator(1, 1));
        case PURPOSE -> draft.purpose("audit");
        case ROUND -> draft.round(2);
        case NONCE -> draft.nonce("another nonce");
        case SIGNATURES -> draft.signatures(Signatures.ML_DSA_AND_ED25519);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void sitesThatWereShownDifferentManifestsDoNotGoOn(Field field) throws Exception {
    Play play = new Play(four, four.one(3));
    Play elsewhere = new Play(four, field.changed(play.manifest).build());
    play.fromSites.put("site-002", Play.at(elsewhere.fromSites, "site-002"));
    byte[] mixed = Relay.keyList(play.fromSites.values()).encoded();
    assertRefused(
        Play.at(play.awaitingKeys, "site-000").handle(mixed),
        Rule.SAME_ROUND,
        "site-002",
        "a message of another round");
    boolean narrower = field == Field.COHORT; // site-003 is nobody to site-002
    assertRefused(
        Play.at(elsewhere.awaitingKeys, "site-002").handle(mixed),
        narrower ? Rule.NESTED_LISTS : Rule.SAME_ROUND,
        narrower ? Fault.COORDINATOR : "site-000");
    // an honest coordinator would have been told so by site-002's own keys
    assertRejected(
        play.keys.accept("site-002", Play.at(elsewhere.fromSites, "site-002")),
        Rule.SAME_ROUND,
        "site-002");
  }

  /// site-003 is shown a U1 without site-000, which is shown all of them.
  @Test
  void sitesThatWereShownDifferentU1RefuseEachOthersDealings() throws Exception {
    Play play = new Play(four, four.one(3));
    assertThat(play.collectKeys()).isTrue();
    KeyList all = (KeyList) Play.at(play.toSites, "site-000");
    play.toSites.put("site-003", new KeyList(all.members().subList(1, 4)));
    play.deal();
    // an honest coordinator names site-003 here; a hostile one relays what it has
    assertRejected(
        play.shares.accept("site-003", Play.at(play.fromSites, "site-003")),
        Rule.SAME_TRANSCRIPT,
        "site-003");
    byte[] u2 = Relay.shareList(play.fromSites.values(), 0, 0).encoded();
    Step<?> step = Play.at(play.awaitingShares, "site-000").handle(u2);
    assertRefused(step, Rule.SAME_TRANSCRIPT, "site-003");
    assertThat(((Step.Refused<?>) step).complaint().orElseThrow().statement().accused())
        .isEqualTo(3);
  }

  /// site-000 is shown a U2 without site-003: its D2, and so its D3, differ from the others'.
  @Test
  void sitesThatWereShownDifferentU2NeverGetAnAnswer() throws Exception {
    neverAnswered((play, all) -> all.subList(0, 3));
  }

  /// site-003 plays along and signs two commitments; site-000 is shown the second.
  @Test
  void sitesThatWereShownDifferentDealingsNeverGetAnAnswer() throws Exception {
    neverAnswered(
        (play, all) -> {
          List<ShareList.Entry> other = new ArrayList<>(all);
          SharesStatement first = all.get(3).statement().statement();
          other.set(
              3,
              new ShareList.Entry(
                  Signed.sign(
                      new SharesStatement(first.origin(), Digest.ofText("another b"), first.root()),
                      play.manifest.signatures(),
                      four.key("site-003")),
                  all.get(3).parcel()));
          return other;
        });
  }

  private void neverAnswered(
      BiFunction<Play, List<ShareList.Entry>, List<ShareList.Entry>> lieToSite000)
      throws Exception {
    Play play = new Play(four, four.one(3)).numbers(7, 7, 7, 7);
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    ShareList all = (ShareList) Play.at(play.toSites, "site-000");
    play.toSites.put("site-000", new ShareList(lieToSite000.apply(play, all.entries())));
    play.agree();
    play.mask();
    // an honest coordinator names the odd one, whose header carries another D2
    byte[] header = Play.at(play.uploading, "site-000").upload().header().encoded();
    assertRejected(
        play.uploads.accept("site-000", header), Rule.SAME_TRANSCRIPT, "site-000", "instead of");
    // a hostile one that takes it all the same gets no consent that others would count
    List<SurvivorList.Entry> entries = new ArrayList<>();
    for (int member = 0; member < 3; member++) {
      entries.add(
          new SurvivorList.Entry(
              member, Play.at(play.uploading, four.name(member)).upload().header().digest()));
    }
    play.toSites = new TreeMap<>();
    for (String name : List.of("site-000", "site-001", "site-002")) {
      play.toSites.put(name, new SurvivorList(entries));
    }
    play.fromSites.clear();
    play.consent();
    byte[] consents = Relay.consentList(play.fromSites.values());
    assertRefused(
        Play.at(play.awaitingConsents, "site-001").handle(consents),
        Rule.SAME_TRANSCRIPT,
        "site-000");
    assertRefused(
        Play.at(play.awaitingConsents, "site-000").handle(consents),
        Rule.SAME_TRANSCRIPT,
        "site-001");
  }
}

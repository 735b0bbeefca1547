package dev.caisson.secagg.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Reachable;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.RogueSite;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.Claim;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.Signed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a site holds in secret is wiped as soon as it has no use, whatever way the round takes:
/// each secret and share that a phase holds, found by reflection. Copies inside the JDK's keys and
/// ciphers are beyond this.
///
/// Numbers for four members: in [AwaitingKeys] the root (itself and in the mask keys) and two
/// scalars; behind it the self-mask and its own two shares instead of the root; with U2, a pair of
/// shares for each of four dealers, three pair seeds and the self-mask.
final class ErasureTest {
  private final Federation four = new Federation(4);
  private final Play play = new Play(four, four.one(3)).numbers(1, 2, 4, 8);

  @Test
  void aRefusalWipesEverything() {
    AwaitingKeys keys = Play.at(play.awaitingKeys, "site-000");
    Reachable first = Reachable.from(keys);
    assertThat(keys.handle(new byte[0])).isInstanceOf(Step.Refused.class);
    first.assertWiped(4);
    assertThat(play.collectKeys()).isTrue();
    play.toSites.remove("site-000");
    play.silent.add("site-000");
    play.deal();
    AwaitingShares shares = Play.at(play.awaitingShares, "site-001");
    Reachable second = Reachable.from(shares);
    assertThat(shares.handle(new byte[0])).isInstanceOf(Step.Refused.class);
    second.assertWiped(1 + 2 + 3);
  }

  @Test
  void aRefusalOnceTheSharesAreThereWipesThem() {
    play.toUploads();
    Uploading uploading = Play.at(play.uploading, "site-000");
    Reachable held = Reachable.from(uploading);
    assertThat(uploading.handle(new byte[0])).isInstanceOf(Step.Refused.class);
    held.assertWiped(secretsOfAnUpload());
    assertThat(play.silent.add("site-000")).isTrue();
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    AwaitingConsents consents = Play.at(play.awaitingConsents, "site-001");
    Reachable last = Reachable.from(consents);
    assertThat(consents.handle(new byte[0])).isInstanceOf(Step.Refused.class);
    last.assertWiped(1 + 8 + 3);
  }

  /// Self-mask, shares and pair seeds; the rounding stream's key and one for each of four masks.
  private static int secretsOfAnUpload() {
    return 1 + 8 + 3 + 1 + 4;
  }

  @Test
  void anInputThatDoesNotFitWipesEverything() {
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    Masking masking = Play.at(play.masking, "site-000");
    Reachable held = Reachable.from(masking);
    assertThat(masking.mask(Input.weighing(1), Federation.coins("site-000", play.manifest.model())))
        .isInstanceOf(Step.Refused.class);
    held.assertWiped(1 + 8 + 3);
  }

  @Test
  void closingAPhaseWipesEverything() {
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    AwaitingShares shares = Play.at(play.awaitingShares, "site-000");
    Reachable inShares = Reachable.from(shares);
    shares.close();
    inShares.assertWiped(6);
    play.silent.add("site-000");
    play.fromSites.remove("site-000");
    assertThat(play.collectShares()).isTrue();
    play.agree();
    Masking masking = Play.at(play.masking, "site-001");
    Reachable inMasking = Reachable.from(masking);
    masking.close();
    inMasking.assertWiped(1 + 6 + 2);
    Play other = Play.of(four, four.one(3)).seed(2).begin().numbers(1, 2, 4, 8);
    AwaitingKeys untouched = Play.at(other.awaitingKeys, "site-000");
    Reachable inKeys = Reachable.from(untouched);
    untouched.close();
    inKeys.assertWiped(4);
  }

  @Test
  void closingAnUploadOrWhatFollowsWipesEverything() {
    play.toUploads();
    Uploading uploading = Play.at(play.uploading, "site-000");
    Reachable held = Reachable.from(uploading);
    uploading.close();
    held.assertWiped(secretsOfAnUpload());
    Upload upload = Play.at(play.uploading, "site-001").upload();
    Reachable masks = Reachable.from(upload);
    upload.close();
    masks.assertWiped(1 + 4);
    play.silent.add("site-000");
    play.silent.add("site-001");
    Play other = Play.of(four, four.one(3)).seed(2).begin().numbers(1, 2, 4, 8).toUploads();
    assertThat(other.collectUploads()).isTrue();
    other.consent();
    AwaitingConsents consents = Play.at(other.awaitingConsents, "site-000");
    Reachable last = Reachable.from(consents);
    consents.close();
    last.assertWiped(1 + 8 + 3);
  }

  /// The root's shares are dealt and its keys derived: it is wiped, and so are the shares that are
  /// in envelopes now. Behind U2 no key of this site is left.
  @Test
  void whatIsNoLongerNeededIsWipedOnTheWay() {
    AwaitingKeys keys = Play.at(play.awaitingKeys, "site-000");
    Reachable before = Reachable.from(keys);
    assertThat(before.left()).isEqualTo(4);
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(before.left()).as("the keys live on, the root in the mask keys too").isEqualTo(3);
    Reachable dealt = Reachable.from(Play.at(play.awaitingShares, "site-000"));
    assertThat(play.collectShares()).isTrue();
    play.agree();
    assertThat(before.left()).isZero();
    assertThat(dealt.size()).isEqualTo(6);
    assertThat(dealt.left()).as("the self-mask and the own two shares").isEqualTo(3);
  }

  /// Of four, site-003 is lost: shares of b of three, one share of k and one pair seed are in the
  /// answer, and nothing else is left.
  @Test
  void afterTheAnswerOnlyWhatItCarriesIsLeft() throws Exception {
    play.toUploads();
    play.silent.add("site-003");
    play.fromSites.remove("site-003");
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    AwaitingConsents site = Play.at(play.awaitingConsents, "site-000");
    Reachable held = Reachable.from(site);
    assertThat(held.left()).isEqualTo(1 + 8 + 3);
    Step.Next<Finished> next =
        (Step.Next<Finished>) site.handle(Relay.consentList(play.fromSites.values()));
    assertThat(Reachable.from(next.phase()).size()).isZero();
    AnswerStatement answer =
        (AnswerStatement) ((Signed<?>) next.outgoing().orElseThrow()).statement();
    assertThat(Reachable.from(answer).left()).isEqualTo(3 + 2);
    assertThat(held.left()).isEqualTo(3 + 2);
    site.close();
    assertThat(held.left()).isZero();
  }

  @Test
  void aSiteThatIsHaltedOrFindsABadKeyWipesEverything() throws Exception {
    RogueSite rogue = new RogueSite(four, play.manifest, 3, Lie.LOW_ORDER_TRANSPORT_POINT);
    play.fromSites.put("site-003", rogue.keys());
    byte[] u1 = Relay.keyList(play.fromSites.values()).encoded();
    AwaitingKeys site = Play.at(play.awaitingKeys, "site-000");
    Reachable held = Reachable.from(site);
    assertThat(site.handle(u1)).isInstanceOf(Step.Refused.class);
    held.assertWiped(4);

    Play fresh = new Play(four, play.manifest);
    RogueSite liar = new RogueSite(four, play.manifest, 3, Lie.NONE);
    Claim lie = new Claim(new Sighting(1, 99), play.manifest.digest());
    liar.standing = new Standing(new Sighting(1, 2), new TreeMap<>(Map.of(0, lie)));
    fresh.fromSites.put("site-003", liar.keys());
    AwaitingKeys halted = Play.at(fresh.awaitingKeys, "site-000");
    Reachable other = Reachable.from(halted);
    Step<AwaitingShares> step = halted.handle(Relay.keyList(fresh.fromSites.values()).encoded());
    assertThat(((Step.Refused<?>) step).entry()).isPresent();
    other.assertWiped(4);
  }

  @Test
  void aComplaintWipesEverything() {
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    AwaitingShares site = Play.at(play.awaitingShares, "site-000");
    // another holder's leaves: the first dealer's is under no path of this site's
    ShareList mine = (ShareList) Play.at(play.toSites, "site-000");
    List<ShareList.Entry> bent = new ArrayList<>(mine.entries());
    bent.set(3, new ShareList.Entry(bent.get(3).statement(), bent.get(2).parcel()));
    Step<Masking> step = site.handle(new ShareList(bent).encoded());
    assertThat(((Step.Refused<Masking>) step).complaint()).isPresent();
    // two dealers' shares and seeds were there by then
    Reachable.from(site).assertWiped(6 + 2 * 3);
  }
}

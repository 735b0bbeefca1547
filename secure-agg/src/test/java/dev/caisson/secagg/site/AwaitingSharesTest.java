package dev.caisson.secagg.site;

import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A site that awaits U2, and a coordinator that bends the list. What rogue dealers do is in
/// [RogueDealingsTest].
final class AwaitingSharesTest {
  private final Federation four = new Federation(4);
  private final Play play = dealt(new Play(four, four.one(3)));

  @Test
  void bytesThatAreNoU2AreRefused() {
    assertRefused(
        handle("site-000", new byte[0]), Rule.WELL_FORMED, Fault.COORDINATOR, "U2: truncated");
    byte[] u2 = u2("site-001").encoded();
    assertRefused(
        handle("site-001", Arrays.copyOf(u2, u2.length - 1)),
        Rule.WELL_FORMED,
        Fault.COORDINATOR,
        "U2: truncated");
    assertRefused(
        handle("site-002", Arrays.copyOf(u2, u2.length + 3)),
        Rule.WELL_FORMED,
        Fault.COORDINATOR,
        "U2: 3 bytes behind the last field");
  }

  @Test
  void aListOutOfOrderOrWithADealerTwiceIsRefused() {
    refuses(
        "site-000", u2("site-000").entries().reversed(), Rule.NESTED_LISTS, "U2 names member 2");
    List<ShareList.Entry> twice = new ArrayList<>(u2("site-001").entries());
    twice.add(3, twice.get(2));
    refuses("site-001", twice, Rule.NESTED_LISTS, "U2 names member 2");
  }

  /// site-003 left before U1; the coordinator has a dealing of it all the same.
  @Test
  void aDealerThatWasNotInU1IsRefused() {
    Play fewer = new Play(four, play.manifest);
    fewer.silent.add("site-003");
    dealt(fewer);
    List<ShareList.Entry> more =
        new ArrayList<>(((ShareList) Play.at(fewer.toSites, "site-000")).entries());
    more.add(u2("site-000").entries().get(3));
    Step<Masking> step =
        Play.at(fewer.awaitingShares, "site-000").handle(new ShareList(more).encoded());
    assertRefused(step, Rule.NESTED_LISTS, Fault.COORDINATOR, "U2 names member 3");
  }

  @Test
  void aListBelowTheFloorIsRefused() {
    refuses(
        "site-000",
        u2("site-000").entries().subList(0, 2),
        Rule.SURVIVOR_FLOOR,
        "U2 has 2 members, at least 3 = max(3, t) are needed");
  }

  @Test
  void theOwnDealingMustBeInU2AsItWasSent() {
    refuses("site-000", u2("site-000").entries().subList(1, 4), Rule.OWN_ENTRY, "U2 does not hold");
    List<ShareList.Entry> changed = new ArrayList<>(u2("site-001").entries());
    SharesStatement own = changed.get(1).statement().statement();
    changed.set(
        1,
        new ShareList.Entry(
            Signed.sign(
                new SharesStatement(own.origin(), own.selfMask(), Digest.ofText("another root")),
                play.manifest.signatures(),
                four.key("site-001")),
            Optional.empty()));
    refuses("site-001", changed, Rule.OWN_ENTRY, "U2 does not hold");
    List<ShareList.Entry> withParcel = new ArrayList<>(u2("site-002").entries());
    withParcel.set(
        2, new ShareList.Entry(withParcel.get(2).statement(), withParcel.get(3).parcel()));
    refuses("site-002", withParcel, Rule.OWN_ENTRY, "U2 does not hold");
  }

  @Test
  void aDealingForAnotherRoundOrUnderAnothersSignatureIsComplainedOf() {
    Play other = dealt(new Play(four, ManifestDraft.like(play.manifest).nonce("other").build()));
    List<ShareList.Entry> mixed = new ArrayList<>(u2("site-000").entries());
    mixed.set(2, ((ShareList) Play.at(other.toSites, "site-000")).entries().get(2));
    complains("site-000", mixed, Rule.SAME_ROUND, "site-002", "a message of another round");
    List<ShareList.Entry> forged = new ArrayList<>(u2("site-001").entries());
    forged.set(
        3,
        new ShareList.Entry(
            Signed.sign(
                forged.get(3).statement().statement(),
                play.manifest.signatures(),
                four.key("site-000")),
            forged.get(3).parcel()));
    complains("site-001", forged, Rule.SIGNATURE, "site-003", "the signature does not hold");
  }

  @Test
  void aDealingForAnotherU1IsComplainedOf() {
    Play fewer = new Play(four, play.manifest);
    fewer.silent.add("site-003");
    dealt(fewer);
    List<ShareList.Entry> mixed = new ArrayList<>(u2("site-000").entries());
    mixed.set(2, ((ShareList) Play.at(fewer.toSites, "site-000")).entries().get(2));
    complains("site-000", mixed, Rule.SAME_TRANSCRIPT, "site-002", "transcript");
  }

  @Test
  void aLeafThatIsMissingOrOfAnotherHolderOrDealerIsComplainedOf() {
    List<ShareList.Entry> mine = u2("site-000").entries();
    List<ShareList.Entry> none = new ArrayList<>(mine);
    none.set(2, new ShareList.Entry(mine.get(2).statement(), Optional.empty()));
    complains("site-000", none, Rule.SHARE_PATH, "site-002", "no leaf for this site");
    List<ShareList.Entry> another = new ArrayList<>(u2("site-001").entries());
    another.set(2, mine.get(2));
    complains("site-001", another, Rule.SHARE_PATH, "site-002", "no leaf for this site");
    List<ShareList.Entry> exchanged = new ArrayList<>(u2("site-002").entries());
    exchanged.set(0, new ShareList.Entry(exchanged.get(0).statement(), exchanged.get(1).parcel()));
    complains("site-002", exchanged, Rule.SHARE_PATH, "site-000", "no leaf for this site");
  }

  @Test
  void aPathThatIsTooShortOrTooLongIsComplainedOf() {
    List<ShareList.Entry> entries = u2("site-000").entries();
    ShareList.Parcel parcel = entries.get(1).parcel().orElseThrow();
    List<ShareList.Entry> cut = new ArrayList<>(entries);
    cut.set(1, entry(entries.get(1), parcel.path().subList(0, 1)));
    complains("site-000", cut, Rule.SHARE_PATH, "site-001", "no leaf for this site");
    ShareList.Parcel theirs = u2("site-002").entries().get(1).parcel().orElseThrow();
    List<Digest> longer = new ArrayList<>(theirs.path());
    longer.add(Digest.ofText("more"));
    List<ShareList.Entry> stretched = new ArrayList<>(u2("site-002").entries());
    stretched.set(1, entry(stretched.get(1), longer));
    complains("site-002", stretched, Rule.SHARE_PATH, "site-001", "no leaf for this site");
  }

  private static ShareList.Entry entry(ShareList.Entry like, List<Digest> path) {
    return new ShareList.Entry(
        like.statement(),
        Optional.of(new ShareList.Parcel(like.parcel().orElseThrow().leaf(), path)));
  }

  @Test
  void aGoodListIsTakenOnceWithoutAWord() {
    byte[] u2 = u2("site-000").encoded();
    AwaitingShares site = Play.at(play.awaitingShares, "site-000");
    Step.Next<Masking> next = (Step.Next<Masking>) site.handle(u2);
    assertThat(next.entry()).isEmpty();
    assertThat(next.outgoing()).isEmpty();
    assertThatThrownBy(() -> site.handle(u2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one step");
    // a dealer that left after U1 may be missing
    assertThat(handle("site-001", new ShareList(u2("site-001").entries().subList(0, 3)).encoded()))
        .isInstanceOf(Step.Next.class);
  }

  private static Play dealt(Play play) {
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    return play;
  }

  private ShareList u2(String site) {
    return (ShareList) Play.at(play.toSites, site);
  }

  private Step<Masking> handle(String site, byte[] message) {
    return Play.at(play.awaitingShares, site).handle(message);
  }

  private void refuses(String site, List<ShareList.Entry> entries, Rule rule, String words) {
    Step<Masking> step = handle(site, new ShareList(entries).encoded());
    assertRefused(step, rule, Fault.COORDINATOR, words);
    assertThat(((Step.Refused<?>) step).complaint()).isEmpty();
  }

  private void complains(
      String site, List<ShareList.Entry> entries, Rule rule, String dealer, String words) {
    Step<Masking> step = handle(site, new ShareList(entries).encoded());
    assertRefused(step, rule, dealer, words);
    Complaints.assertComplaint(step, play, site, dealer, rule);
  }
}

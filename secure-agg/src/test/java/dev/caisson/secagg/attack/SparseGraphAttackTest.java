package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertRefused;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SparseFederation;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.NeighbourList.Entry;
import dev.caisson.secagg.message.NeighbourList.Parcel;
import dev.caisson.secagg.message.NeighbourSurvivors;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.site.Finished;
import dev.caisson.secagg.site.Step;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A coordinator that lies about who drew whom and who survived. Twelve sites, of which each draws
/// five; three shares open; seven consents.
final class SparseGraphAttackTest {
  private static final String VICTIM = "site-000";

  private final Federation twelve = new Federation(12);
  private final RoundManifest manifest = SparseFederation.one(twelve, 7, 5, 3);

  private Play dealt() {
    Play play = SparseFederation.setup(twelve, manifest).lenient().begin();
    play.numbers(SparseFederation.numbers(twelve));
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    return play;
  }

  private static List<Integer> drawnBy(Play play, String name) throws Exception {
    return Deal.decode(Play.at(play.fromSites, name)).leaves().stream()
        .map(ShareLeaf::holder)
        .toList();
  }

  private static NeighbourSurvivors u3(Play play, String site) {
    return (NeighbourSurvivors) Play.at(play.toSites, site);
  }

  private static NeighbourSurvivors without(NeighbourSurvivors u3, List<Integer> gone) {
    return new NeighbourSurvivors(
        new SurvivorList(
            u3.survivors().entries().stream().filter(e -> !gone.contains(e.member())).toList()),
        u3.dealers().stream()
            .filter(dealer -> !gone.contains(dealer.statement().origin().sender()))
            .toList());
  }

  private void refuses(NeighbourList bent, Rule rule, String party, String... words)
      throws Exception {
    Play play = dealt();
    assertThat(play.collectShares()).isTrue();
    assertRefused(Play.at(play.awaitingShares, VICTIM).handle(bent.encoded()), rule, party, words);
  }

  private NeighbourList honest() {
    Play play = dealt();
    assertThat(play.collectShares()).isTrue();
    return (NeighbourList) Play.at(play.toSites, VICTIM);
  }

  /// The attack that D3 is for, within one neighbourhood: half of the sites are told that the
  /// victim uploaded, half that it was lost. Neither half gets its consents, so no share of either
  /// secret is told.
  @Test
  void noNeighbourhoodGivesBothSecretsOfAMember() throws Exception {
    Play play = dealt();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    for (int i = 6; i < 12; i++) {
      play.toSites.put(twelve.name(i), without(u3(play, twelve.name(i)), List.of(0)));
    }
    play.consent();
    List<Signed<ConsentStatement>> consents = Relay.consents(play.fromSites.values());
    for (int i = 0; i < 12; i++) {
      List<Signed<ConsentStatement>> own = consents.subList(i < 6 ? 0 : 6, i < 6 ? 6 : 12);
      boolean mixed = i % 2 == 0;
      assertRefused(
          Play.at(play.awaitingConsents, twelve.name(i))
              .handle(new ConsentList(mixed ? consents.subList(1, 12) : own).encoded()),
          mixed ? Rule.SAME_TRANSCRIPT : Rule.SURVIVOR_FLOOR,
          mixed ? (i < 6 ? twelve.name(6) : twelve.name(1)) : Fault.COORDINATOR);
    }
  }

  /// A dealer whose dealing is kept from the victim: the victim has no share of it to give, and
  /// masks that do not cancel spoil the sum. Nobody notices, and nothing is told.
  @Test
  void aNeighbourThatIsKeptBackLosesAHolderAndTellsNothing() throws Exception {
    Play play = dealt();
    assertThat(play.collectShares()).isTrue();
    NeighbourList list = (NeighbourList) Play.at(play.toSites, VICTIM);
    play.toSites.put(
        VICTIM,
        new NeighbourList(list.entries(), list.parcels().subList(1, list.parcels().size())));
    play.agree();
    assertThat(play.left).as("U2 lists the same dealings").isEmpty();
    play.mask();
    List<Signed<UploadStatement>> uploads =
        play.uploading.values().stream().map(site -> site.upload().header()).toList();
    play.fromSites.clear();
    play.toSites.replaceAll(
        (_, dealt) ->
            Relay.neighbourSurvivors(
                uploads,
                ((NeighbourList) dealt)
                    .parcels().stream().map(Parcel::dealer).collect(Collectors.toSet())));
    play.consent();
    byte[] consents = Relay.consentList(play.fromSites.values());
    if (!(Play.at(play.awaitingConsents, VICTIM).handle(consents)
        instanceof Step.Next<Finished>(_, _, Optional<Message> answer))) {
      throw new AssertionError("refused");
    }
    AnswerStatement given =
        Signed.decode(answer.orElseThrow().encoded(), AnswerStatement::decode).statement();
    assertThat(given.selfShares()).hasSize(list.parcels().size() - 1);
    assertThat(given.recoveries()).isEmpty();
    assertThat(given.pairSeeds()).isEmpty();
  }

  @Test
  void sharesThatWereDealtToAnotherAreNotTaken() throws Exception {
    Play play = dealt();
    assertThat(play.collectShares()).isTrue();
    NeighbourList own = (NeighbourList) Play.at(play.toSites, VICTIM);
    NeighbourList foreign = (NeighbourList) Play.at(play.toSites, "site-001");
    Parcel stolen =
        foreign.parcels().stream()
            .filter(parcel -> own.parcels().stream().noneMatch(p -> p.dealer() == parcel.dealer()))
            .filter(parcel -> parcel.dealer() != 0)
            .findFirst()
            .orElseThrow();
    refuses(
        new NeighbourList(own.entries(), List.of(stolen)),
        Rule.SHARE_PATH,
        twelve.name(stolen.dealer()),
        "no leaf for this site under the signed root");
  }

  @Test
  void aParcelIsBoundToItsPlaceItsPathItsKeysAndItsDealersStatement() throws Exception {
    NeighbourList list = honest();
    Parcel first = list.parcels().get(0);
    Parcel second = list.parcels().get(1);
    String dealer = twelve.name(first.dealer());
    refuses(
        with(
            list,
            new Parcel(
                first.keys(),
                first.statement(),
                first.leaf(),
                first.place() == 0 ? 1 : first.place() - 1,
                first.path())),
        Rule.SHARE_PATH,
        dealer);
    refuses(
        with(
            list,
            new Parcel(first.keys(), first.statement(), first.leaf(), first.place(), List.of())),
        Rule.SHARE_PATH,
        dealer);
    refuses(
        with(list, new Parcel(first.keys(), first.statement(), first.leaf(), 11, first.path())),
        Rule.SHARE_PATH,
        dealer);
    refuses(
        with(
            list,
            new Parcel(
                second.keys(), first.statement(), first.leaf(), first.place(), first.path())),
        Rule.SAME_TRANSCRIPT,
        dealer,
        "not those that U1 held");
  }

  private static NeighbourList with(NeighbourList list, Parcel first) {
    List<Parcel> parcels = new ArrayList<>(list.parcels());
    parcels.set(0, first);
    return new NeighbourList(list.entries(), parcels);
  }

  /// Another U2 to one site is another D2; a dealing that U2 does not list is not taken.
  @Test
  void aListThatLiesIsRefused() throws Exception {
    NeighbourList list = honest();
    int dealer = list.parcels().getFirst().dealer();
    List<Entry> otherStatement = new ArrayList<>(list.entries());
    otherStatement.set(dealer, new Entry(dealer, Digest.ofText("another")));
    refuses(
        new NeighbourList(otherStatement, list.parcels()),
        Rule.SAME_TRANSCRIPT,
        twelve.name(dealer),
        "not the one that U2 lists");
    List<Entry> otherOwn = new ArrayList<>(list.entries());
    otherOwn.set(0, new Entry(0, Digest.ofText("another")));
    refuses(new NeighbourList(otherOwn, list.parcels()), Rule.OWN_ENTRY, Fault.COORDINATOR);
    List<Entry> withoutDealer = new ArrayList<>(list.entries());
    withoutDealer.remove(dealer);
    refuses(new NeighbourList(withoutDealer, list.parcels()), Rule.NESTED_LISTS, Fault.COORDINATOR);
    List<Parcel> twice = new ArrayList<>(list.parcels());
    twice.add(0, twice.getFirst());
    refuses(new NeighbourList(list.entries(), twice), Rule.NESTED_LISTS, Fault.COORDINATOR);
    List<Entry> doubled = new ArrayList<>(list.entries());
    doubled.set(11, doubled.get(10));
    refuses(new NeighbourList(doubled, list.parcels()), Rule.NESTED_LISTS, Fault.COORDINATOR);
    refuses(
        new NeighbourList(list.entries().subList(0, 6), List.of()),
        Rule.SURVIVOR_FLOOR,
        Fault.COORDINATOR);
  }

  /// Whoever the coordinator leaves without its neighbours leaves: it would be in U3 and not in the
  /// sum.
  @Test
  void aSiteWhoseNeighboursAreTakenAwayDoesNotGoOn() throws Exception {
    Play play = dealt();
    List<Integer> drawn = drawnBy(play, VICTIM);
    assertThat(play.collectShares()).isTrue();
    NeighbourList list = (NeighbourList) Play.at(play.toSites, VICTIM);
    List<Integer> gone = drawn.subList(0, 3);
    List<Entry> entries = new ArrayList<>(list.entries());
    entries.removeIf(entry -> gone.contains(entry.member()));
    List<Parcel> parcels = new ArrayList<>(list.parcels());
    parcels.removeIf(parcel -> gone.contains(parcel.dealer()));
    refuses(
        new NeighbourList(entries, parcels),
        Rule.NEIGHBOURHOOD,
        Fault.COORDINATOR,
        "U2 has 2 of the members that this site drew, at least 3 are needed");
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    assertRefused(
        Play.at(play.uploading, VICTIM).handle(without(u3(play, VICTIM), gone).encoded()),
        Rule.NEIGHBOURHOOD,
        Fault.COORDINATOR,
        "U3 has 2 of the members that this site drew");
  }

  @Test
  void anAnswerForOtherNeighboursIsRefused() throws Exception {
    Play play = dealt();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    play.answer();
    AnswerStatement honest =
        Signed.decode(Play.at(play.fromSites, VICTIM), AnswerStatement::decode).statement();
    AnswerStatement fewer =
        new AnswerStatement(
            honest.origin(),
            honest.selfShares().subList(1, honest.selfShares().size()),
            honest.recoveries());
    assertRejected(
        play.answers.accept(
            VICTIM, Signed.sign(fewer, play.manifest.signatures(), twelve.key(VICTIM)).encoded()),
        Rule.WELL_FORMED,
        VICTIM,
        "an answer for other lists");
  }
}

package dev.caisson.secagg.site;

import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A site that awaits the others' consents before it reveals anything.
final class AwaitingConsentsTest {
  private final Federation five = new Federation(5);
  private final Play play = consented(new Play(five, five.one(3)));

  @Test
  void bytesThatAreNoConsentsAreRefused() throws Exception {
    byte[] list = new ConsentList(good()).encoded();
    refuses("site-000", new byte[0], Rule.WELL_FORMED, Fault.COORDINATOR, "truncated");
    refuses(
        "site-001",
        Arrays.copyOf(list, list.length - 1),
        Rule.WELL_FORMED,
        Fault.COORDINATOR,
        "the consents: truncated");
    refuses(
        "site-002",
        Arrays.copyOf(list, list.length + 1),
        Rule.WELL_FORMED,
        Fault.COORDINATOR,
        "1 bytes behind the last field");
  }

  @Test
  void consentsOutOfOrderOrTwiceOrOfALostMemberAreRefused() throws Exception {
    List<Signed<ConsentStatement>> good = good();
    refuses(
        "site-000",
        List.of(good.get(0), good.get(0), good.get(1)),
        Rule.NESTED_LISTS,
        Fault.COORDINATOR,
        "the list of consents names member 0");
    refuses("site-001", good.reversed(), Rule.NESTED_LISTS, Fault.COORDINATOR, "names member 1");
    List<Signed<ConsentStatement>> more = new ArrayList<>(good);
    more.add(
        Signed.sign(
            new ConsentStatement(
                new Origin(
                    play.manifest.digest(), good.getFirst().statement().origin().transcript(), 4)),
            play.manifest.signatures(),
            five.key("site-004")));
    refuses("site-002", more, Rule.NESTED_LISTS, Fault.COORDINATOR, "names member 4");
  }

  @Test
  void fewerConsentsThanTheFloorAreRefused() throws Exception {
    refuses(
        "site-000",
        good().subList(0, 2),
        Rule.SURVIVOR_FLOOR,
        Fault.COORDINATOR,
        "the list of consents has 2 members, at least 3 = max(3, t) are needed");
  }

  @Test
  void aForgedConsentSpoilsTheList() throws Exception {
    List<Signed<ConsentStatement>> forged = new ArrayList<>(good());
    forged.set(
        2,
        Signed.sign(forged.get(2).statement(), play.manifest.signatures(), five.key("site-000")));
    refuses("site-001", forged, Rule.SIGNATURE, "site-002", "the signature does not hold");
  }

  @Test
  void aConsentToAnotherD3OrOfAnotherRoundIsRefused() throws Exception {
    Play all = new Play(five, play.manifest).numbers(1, 2, 3, 4, 5).toUploads();
    assertThat(all.collectUploads()).isTrue();
    all.consent();
    List<Signed<ConsentStatement>> mixed = new ArrayList<>(good());
    mixed.set(1, Relay.consents(all.fromSites.values()).get(1));
    refuses("site-000", mixed, Rule.SAME_TRANSCRIPT, "site-001", "transcript");
    Play other =
        consented(new Play(five, ManifestDraft.like(play.manifest).nonce("other").build()));
    List<Signed<ConsentStatement>> old = new ArrayList<>(good());
    old.set(2, Relay.consents(other.fromSites.values()).get(2));
    refuses("site-001", old, Rule.SAME_ROUND, "site-002", "a message of another round");
  }

  /// U1 is all five; site-003 fell silent before U2, site-004 before U3.
  @Test
  void anAnswerHoldsSharesOfBForU3OfKForTheLostAndNothingForWhoLeftBefore() throws Exception {
    Play fewer = new Play(five, five.one(3));
    assertThat(fewer.collectKeys()).isTrue();
    fewer.deal();
    fewer.silent.add("site-003");
    assertThat(fewer.collectShares()).isTrue();
    fewer.agree();
    fewer.numbers(1, 2, 3, 4, 5).mask();
    fewer.silent.add("site-004");
    assertThat(fewer.collectUploads()).isTrue();
    fewer.consent();
    Step.Next<Finished> next =
        (Step.Next<Finished>)
            Play.at(fewer.awaitingConsents, "site-001")
                .handle(Relay.consentList(fewer.fromSites.values()));
    Signed<?> sent = (Signed<?>) next.outgoing().orElseThrow();
    AnswerStatement answer = (AnswerStatement) sent.statement();
    assertThat(answer.selfShares()).hasSize(3);
    assertThat(answer.recoveries()).hasSize(1);
    assertThat(next.entry())
        .contains(
            new JournalEntry.Answered(
                fewer.manifest.digest(),
                next.phase().d3(),
                List.of("site-000", "site-001", "site-002"),
                List.of("site-004")));
    assertThat(next.phase().survivors()).containsExactly("site-000", "site-001", "site-002");
    assertThat(next.phase().recovered()).containsExactly("site-004");
  }

  @Test
  void itAnswersOnceWhateverIsAskedAgain() throws Exception {
    byte[] consents = new ConsentList(good()).encoded();
    AwaitingConsents site = Play.at(play.awaitingConsents, "site-000");
    assertThat(site.handle(consents)).isInstanceOf(Step.Next.class);
    assertThatThrownBy(() -> site.handle(consents)).isInstanceOf(IllegalStateException.class);
    AwaitingConsents refuses = Play.at(play.awaitingConsents, "site-001");
    assertThat(refuses.handle(new byte[0])).isInstanceOf(Step.Refused.class);
    assertThatThrownBy(() -> refuses.handle(consents)).isInstanceOf(IllegalStateException.class);
  }

  /// Of five, site-003 and site-004 upload nothing.
  private static Play consented(Play play) {
    play.numbers(1, 2, 3, 4, 5).toUploads();
    play.silent.add("site-003");
    play.silent.add("site-004");
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    play.fromSites.remove("site-003");
    play.fromSites.remove("site-004");
    return play;
  }

  private List<Signed<ConsentStatement>> good() throws Exception {
    return Relay.consents(play.fromSites.values());
  }

  private void refuses(
      String site,
      List<Signed<ConsentStatement>> consents,
      Rule rule,
      String party,
      String... words) {
    refuses(site, new ConsentList(consents).encoded(), rule, party, words);
  }

  private void refuses(String site, byte[] message, Rule rule, String party, String... words) {
    Step<Finished> step = Play.at(play.awaitingConsents, site).handle(message);
    assertRefused(step, rule, party, words);
    assertThat(((Step.Refused<?>) step).entry()).isEmpty();
    assertThat(((Step.Refused<?>) step).complaint()).isEmpty();
  }
}

package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.site.AwaitingConsents;
import dev.caisson.secagg.site.Step;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// The coordinator lies to honest sites; each lie is refused by the rule that it breaks.
final class HostileCoordinatorTest {
  private static final VectorSpec ONE = VectorSpec.of(new Segment.Exact("x", 1, 100, true));
  private final Federation four = new Federation(4);

  @Test
  void sitesThatWereShownDifferentModelsDoNotGoOn() throws Exception {
    Play play = play();
    RoundManifest m = play.manifest;
    RoundManifest other =
        new RoundManifest(
            m.study(),
            m.round(),
            m.purpose(),
            Digest.ofText("another model"),
            m.config(),
            m.cohort(),
            m.threshold(),
            m.vector(),
            m.weights(),
            m.nonce(),
            m.uploadNotBefore(),
            m.deadline(),
            m.signatures());
    Play elsewhere = new Play(four, other);
    List<Signed<KeysStatement>> mixed = new ArrayList<>();
    for (String name : four.names()) {
      byte[] keys = Play.at((name.equals("site-002") ? elsewhere : play).fromSites, name);
      mixed.add(Signed.decode(keys, KeysStatement::decode));
    }
    assertRefused(
        Play.at(play.awaitingKeys, "site-000").handle(new KeyList(mixed).encoded()),
        Rule.SAME_ROUND,
        "site-002");
  }

  @Test
  void sitesThatWereShownDifferentCohortsRefuseEachOthersDealings() throws Exception {
    Play play = play();
    assertThat(play.collectKeys()).isTrue();
    KeyList all = (KeyList) Play.at(play.toSites, "site-000");
    play.toSites.put("site-003", new KeyList(all.members().subList(1, 4)));
    play.deal();
    // an honest coordinator would name site-003 here; a hostile one relays what it has
    List<ShareList.Entry> entries = new ArrayList<>();
    for (String name : four.names()) {
      Deal deal = Deal.decode(Play.at(play.fromSites, name));
      boolean own = name.equals("site-000");
      entries.add(
          new ShareList.Entry(
              deal.statement(),
              own
                  ? Optional.empty()
                  : Optional.of(
                      new ShareList.Parcel(
                          deal.leaves().getFirst(), Deal.tree(deal.leaves()).path(0)))));
    }
    Step<?> step =
        Play.at(play.awaitingShares, "site-000").handle(new ShareList(entries).encoded());
    assertRefused(step, Rule.SAME_TRANSCRIPT, "site-003");
    assertThat(((Step.Refused<?>) step).complaint()).isPresent();
  }

  @Test
  void ownKeysMustBeInU1AndTheListInOrderAndLongEnough() {
    Play play = play();
    assertThat(play.collectKeys()).isTrue();
    KeyList all = (KeyList) Play.at(play.toSites, "site-000");
    assertRefused(
        Play.at(play.awaitingKeys, "site-000")
            .handle(new KeyList(all.members().subList(1, 4)).encoded()),
        Rule.OWN_ENTRY,
        Fault.COORDINATOR);
    assertRefused(
        Play.at(play.awaitingKeys, "site-001")
            .handle(new KeyList(all.members().subList(0, 2)).encoded()),
        Rule.SURVIVOR_FLOOR,
        Fault.COORDINATOR);
    assertRefused(
        Play.at(play.awaitingKeys, "site-002")
            .handle(new KeyList(all.members().reversed()).encoded()),
        Rule.NESTED_LISTS,
        Fault.COORDINATOR);
    List<Signed<KeysStatement>> substituted = new ArrayList<>(all.members());
    substituted.set(
        1, Signed.sign(all.members().get(1).statement(), Signatures.ML_DSA, four.key("site-000")));
    assertRefused(
        Play.at(play.awaitingKeys, "site-003").handle(new KeyList(substituted).encoded()),
        Rule.SIGNATURE,
        "site-001");
  }

  @Test
  void aLeafOfAnotherHolderIsNoticed() {
    Play play = play();
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    ShareList mine = (ShareList) Play.at(play.toSites, "site-000");
    ShareList theirs = (ShareList) Play.at(play.toSites, "site-001");
    List<ShareList.Entry> mixed = new ArrayList<>(mine.entries());
    mixed.set(2, theirs.entries().get(2));
    assertRefused(
        Play.at(play.awaitingShares, "site-000").handle(new ShareList(mixed).encoded()),
        Rule.SHARE_PATH,
        "site-002");
  }

  @Test
  void u3MustHoldTheOwnUploadInOrderAndBeLongEnough() {
    assertU3Refused(u3 -> u3.subList(1, 4), Rule.OWN_ENTRY);
    assertU3Refused(u3 -> u3.subList(0, 2), Rule.SURVIVOR_FLOOR);
    assertU3Refused(u3 -> List.of(u3.get(0), u3.get(0), u3.get(1)), Rule.NESTED_LISTS);
    assertU3Refused(List::reversed, Rule.NESTED_LISTS);
    assertU3Refused(
        u3 ->
            List.of(
                new SurvivorList.Entry(0, Digest.ofText("another upload")), u3.get(1), u3.get(2)),
        Rule.OWN_ENTRY);
  }

  private void assertU3Refused(UnaryOperator<List<SurvivorList.Entry>> lie, Rule rule) {
    Play play = inputs(play()).toUploads();
    assertThat(play.collectUploads()).isTrue();
    SurvivorList u3 = (SurvivorList) Play.at(play.toSites, "site-000");
    assertRefused(
        Play.at(play.uploading, "site-000")
            .handle(new SurvivorList(lie.apply(u3.entries())).encoded()),
        rule,
        Fault.COORDINATOR);
  }

  @Test
  void u3MayNotNameAMemberThatU2DidNot() {
    Play play = inputs(play());
    play.silent.add("site-003"); // leaves before U1
    play.toUploads();
    assertThat(play.collectUploads()).isTrue();
    SurvivorList u3 = (SurvivorList) Play.at(play.toSites, "site-000");
    List<SurvivorList.Entry> entries = new ArrayList<>(u3.entries());
    entries.add(new SurvivorList.Entry(3, Digest.ofText("x")));
    assertRefused(
        Play.at(play.uploading, "site-000").handle(new SurvivorList(entries).encoded()),
        Rule.NESTED_LISTS,
        Fault.COORDINATOR);
  }

  /// site-000 is shown a U2 without site-003: its D2, and so its D3, differ from the others'.
  @Test
  void sitesThatWereShownDifferentU2NeverGetAnAnswer() throws Exception {
    Play play = inputs(play());
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    ShareList all = (ShareList) Play.at(play.toSites, "site-000");
    play.toSites.put("site-000", new ShareList(all.entries().subList(0, 3)));
    play.agree();
    play.mask();
    // the coordinator names the odd one, whose header carries another D2
    byte[] header = Play.at(play.uploading, "site-000").upload().header().encoded();
    assertThat(play.uploads.accept("site-000", header))
        .isInstanceOfSatisfying(
            Receipt.Rejected.class,
            rejected -> assertThat(rejected.fault().rule()).isEqualTo(Rule.SAME_TRANSCRIPT));
    // a hostile one that takes it all the same gets no consent that others would count
    SurvivorList.Entry own =
        new SurvivorList.Entry(0, Play.at(play.uploading, "site-000").upload().header().digest());
    SurvivorList u3 =
        new SurvivorList(
            List.of(
                own,
                new SurvivorList.Entry(
                    1, Play.at(play.uploading, "site-001").upload().header().digest()),
                new SurvivorList.Entry(
                    2, Play.at(play.uploading, "site-002").upload().header().digest())));
    play.toSites = new TreeMap<>();
    for (String name : List.of("site-000", "site-001", "site-002")) {
      play.toSites.put(name, u3);
    }
    play.fromSites.clear();
    play.consent();
    assertRefused(
        Play.at(play.awaitingConsents, "site-001")
            .handle(new ConsentList(consents(play)).encoded()),
        Rule.SAME_TRANSCRIPT,
        "site-000");
  }

  /// The attack that step 4 is for: site-000 is told that site-003 uploaded, the others that it was
  /// lost, to get shares of b from one and of k from the others.
  @Test
  void twoDifferentU3NeverGetAnAnswer() throws Exception {
    Play play = inputs(play());
    play.toUploads();
    assertThat(play.collectUploads()).isTrue();
    SurvivorList all = (SurvivorList) Play.at(play.toSites, "site-000");
    SurvivorList less = new SurvivorList(all.entries().subList(0, 3));
    play.toSites.remove("site-003");
    play.toSites.put("site-001", less);
    play.toSites.put("site-002", less);
    play.consent();
    List<Signed<ConsentStatement>> consents = consents(play);
    byte[] mixed = new ConsentList(consents).encoded();
    assertRefused(
        Play.at(play.awaitingConsents, "site-000").handle(mixed), Rule.SAME_TRANSCRIPT, "site-001");
    assertRefused(
        Play.at(play.awaitingConsents, "site-001")
            .handle(new ConsentList(consents.subList(1, 3)).encoded()),
        Rule.SURVIVOR_FLOOR,
        Fault.COORDINATOR);
  }

  @Test
  void consentsMustBeDistinctSignedAndEnough() throws Exception {
    Play play = inputs(play());
    play.toUploads();
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    List<Signed<ConsentStatement>> good = consents(play);
    List<Signed<ConsentStatement>> twice = List.of(good.get(0), good.get(0), good.get(1));
    assertRefused(answer(play, "site-000", twice), Rule.NESTED_LISTS, Fault.COORDINATOR);
    List<Signed<ConsentStatement>> forged = new ArrayList<>(good);
    forged.set(2, Signed.sign(good.get(2).statement(), Signatures.ML_DSA, four.key("site-000")));
    assertRefused(answer(play, "site-001", forged), Rule.SIGNATURE, "site-002");
    assertThat(answer(play, "site-002", good.subList(0, 3))).isInstanceOf(Step.Next.class);
  }

  @Test
  void aPhaseAnswersOnceAndASecondU3IsNotSigned() throws Exception {
    Play play = inputs(play());
    play.toUploads();
    assertThat(play.collectUploads()).isTrue();
    byte[] u3 = Play.at(play.toSites, "site-000").encoded();
    play.consent();
    assertThatThrownBy(() -> Play.at(play.uploading, "site-000").handle(u3))
        .isInstanceOf(IllegalStateException.class);
    AwaitingConsents site = Play.at(play.awaitingConsents, "site-000");
    byte[] consents = new ConsentList(consents(play)).encoded();
    assertThat(site.handle(consents)).isInstanceOf(Step.Next.class);
    assertThatThrownBy(() -> site.handle(consents)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void everyMessageInEveryOtherPhaseIsRefused() {
    TreeMap<String, byte[]> sent = new TreeMap<>();
    Play play = inputs(play());
    assertThat(play.collectKeys()).isTrue();
    sent.put("U1", Play.at(play.toSites, "site-000").encoded());
    play.deal();
    assertThat(play.collectShares()).isTrue();
    sent.put("U2", Play.at(play.toSites, "site-000").encoded());
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    sent.put("U3", Play.at(play.toSites, "site-000").encoded());
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    sent.put("consents", Play.at(play.toSites, "site-000").encoded());
    sent.forEach(
        (kind, bytes) -> {
          if (!kind.equals("U1")) {
            assertRule(Play.at(play().awaitingKeys, "site-000").handle(bytes));
          }
          if (!kind.equals("U2")) {
            Play fresh = play();
            assertThat(fresh.collectKeys()).isTrue();
            fresh.deal();
            assertRule(Play.at(fresh.awaitingShares, "site-000").handle(bytes));
          }
          if (!kind.equals("U3")) {
            Play fresh = inputs(play()).toUploads();
            assertRule(Play.at(fresh.uploading, "site-000").handle(bytes));
          }
          if (!kind.equals("consents")) {
            Play fresh = inputs(play()).toUploads();
            assertThat(fresh.collectUploads()).isTrue();
            fresh.consent();
            assertRule(Play.at(fresh.awaitingConsents, "site-000").handle(bytes));
          }
        });
  }

  private static void assertRule(Step<?> step) {
    assertRefused(step, Rule.WELL_FORMED, Fault.COORDINATOR);
  }

  private static Step<?> answer(Play play, String site, List<Signed<ConsentStatement>> consents) {
    return Play.at(play.awaitingConsents, site).handle(new ConsentList(consents).encoded());
  }

  private static List<Signed<ConsentStatement>> consents(Play play) throws Exception {
    List<Signed<ConsentStatement>> consents = new ArrayList<>();
    for (byte[] bytes : play.fromSites.values()) {
      consents.add(Signed.decode(bytes, ConsentStatement::decode));
    }
    return consents;
  }

  private static void assertRefused(Step<?> step, Rule rule, String party) {
    assertThat(step).isInstanceOf(Step.Refused.class);
    Fault fault = ((Step.Refused<?>) step).fault();
    assertThat(fault.rule()).as(fault.toString()).isEqualTo(rule);
    assertThat(fault.party()).isEqualTo(party);
  }

  private Play play() {
    return new Play(four, four.manifest(3, ONE, new Weights.Equal()));
  }

  private Play inputs(Play play) {
    four.names().forEach(name -> play.inputs.put(name, Input.weighing(1).withExact("x", 7)));
    return play;
  }
}

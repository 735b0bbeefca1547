package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertBroken;
import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.site.AwaitingConsents;
import dev.caisson.secagg.site.Finished;
import dev.caisson.secagg.site.Step;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The coordinator wants both secrets of one site: shares of its self-mask from some, of its root
/// and pair seeds from others.
final class UnmaskingAttackTest {
  private final Federation four = new Federation(4);
  private final Play play = uploaded();

  /// The attack that step 4 is for: site-000 is told that site-003 uploaded, the others that it was
  /// lost, to get shares of b from one and of k from the others.
  @Test
  void twoDifferentU3NeverGetAnAnswer() throws Exception {
    SurvivorList all = (SurvivorList) Play.at(play.toSites, "site-000");
    SurvivorList less = new SurvivorList(all.entries().subList(0, 3));
    play.toSites.remove("site-003");
    play.toSites.put("site-001", less);
    play.toSites.put("site-002", less);
    play.consent();
    List<Signed<ConsentStatement>> consents = Relay.consents(play.fromSites.values());
    assertRefused(
        Play.at(play.awaitingConsents, "site-000").handle(new ConsentList(consents).encoded()),
        Rule.SAME_TRANSCRIPT,
        "site-001");
    assertRefused(
        Play.at(play.awaitingConsents, "site-001")
            .handle(new ConsentList(consents.subList(1, 3)).encoded()),
        Rule.SURVIVOR_FLOOR,
        Fault.COORDINATOR,
        "has 2 members, at least 3");
  }

  /// n = 4, n_C = 1, t = 3: site-003 sides with the coordinator and signs both lists. However the
  /// two other sites are split, one list stays without its three consents.
  @Test
  void aColluderThatSignsBothU3GetsAtMostOneAnswered() throws Exception {
    for (int split = 0; split < 4; split++) {
      Play fresh = uploaded();
      SurvivorList with = (SurvivorList) Play.at(fresh.toSites, "site-000");
      List<SurvivorList.Entry> entries = new ArrayList<>(with.entries());
      entries.remove(2); // site-002, whose secrets are wanted
      SurvivorList without = new SurvivorList(entries);
      Map<String, SurvivorList> shown = new TreeMap<>();
      shown.put("site-000", (split & 1) == 0 ? with : without);
      shown.put("site-001", (split & 2) == 0 ? with : without);
      shown.put("site-002", with);
      int answered = 0;
      Map<String, AwaitingConsents> sites = new TreeMap<>();
      List<Signed<ConsentStatement>> consents = new ArrayList<>();
      for (Map.Entry<String, SurvivorList> entry : shown.entrySet()) {
        Step.Next<AwaitingConsents> next =
            (Step.Next<AwaitingConsents>)
                Play.at(fresh.uploading, entry.getKey()).handle(entry.getValue().encoded());
        sites.put(entry.getKey(), next.phase());
        consents.add(
            Signed.decode(next.outgoing().orElseThrow().encoded(), ConsentStatement::decode));
      }
      boolean[] lists = new boolean[2];
      for (Map.Entry<String, AwaitingConsents> site : sites.entrySet()) {
        SurvivorList u3 = Play.at(shown, site.getKey());
        Step<Finished> step = site.getValue().handle(consentsTo(fresh, u3, consents));
        if (step instanceof Step.Next<Finished>) {
          answered++;
          lists[u3.equals(with) ? 0 : 1] = true;
        } else {
          assertRefused(step, Rule.SURVIVOR_FLOOR, Fault.COORDINATOR, "at least 3 = max(3, t)");
        }
      }
      assertThat(lists[0] && lists[1]).as("both lists answered in split %d", split).isFalse();
      // all three; or the two that agree and the colluder's word makes three
      assertThat(answered).as("split %d", split).isEqualTo(split == 0 ? 3 : 2);
    }
  }

  /// All consents to this U3 that a coordinator has, with its colluder's.
  private byte[] consentsTo(Play round, SurvivorList u3, List<Signed<ConsentStatement>> honest) {
    Digest d2 =
        Play.at(round.uploading, "site-000").upload().header().statement().origin().transcript();
    Digest d3 = Transcript.d3(d2, u3);
    List<Signed<ConsentStatement>> consents = new ArrayList<>();
    honest.stream()
        .filter(consent -> consent.statement().origin().transcript().equals(d3))
        .forEach(consents::add);
    consents.add(
        Signed.sign(
            new ConsentStatement(new Origin(round.manifest.digest(), d3, 3)),
            round.manifest.signatures(),
            four.key("site-003")));
    consents.sort(Comparator.comparingInt(c -> c.statement().origin().sender()));
    return new ConsentList(consents).encoded();
  }

  @Test
  void aU3WithoutTheSiteThatIsAskedIsNotSigned() {
    SurvivorList all = (SurvivorList) Play.at(play.toSites, "site-000");
    for (int member = 0; member < 4; member++) {
      List<SurvivorList.Entry> others = new ArrayList<>(all.entries());
      others.remove(member);
      Step<AwaitingConsents> step =
          Play.at(play.uploading, four.name(member)).handle(new SurvivorList(others).encoded());
      assertRefused(step, Rule.OWN_ENTRY, Fault.COORDINATOR, "U3 does not hold this site's upload");
    }
  }

  /// Asked again in the same process, the phase is spent; asked by a process that shares the
  /// journal, the journal objects before anything is sent.
  @Test
  void aSecondRequestToUnmaskIsNotAnswered() throws Exception {
    byte[] u3 = Play.at(play.toSites, "site-000").encoded();
    play.consent();
    assertThatThrownBy(() -> Play.at(play.uploading, "site-000").handle(u3))
        .isInstanceOf(IllegalStateException.class);
    byte[] consents = Relay.consentList(play.fromSites.values());
    assertThat(play.collectConsents()).isTrue();
    play.answer();
    assertThatThrownBy(() -> Play.at(play.awaitingConsents, "site-000").handle(consents))
        .isInstanceOf(IllegalStateException.class);
    Play again = Play.of(four, play.manifest).memories(play.memories).seed(2).lenient().begin();
    assertThat(again.left).hasSize(4);
    again
        .left
        .values()
        .forEach(
            fault ->
                assertBroken(fault, Rule.BEGUN_ONCE, Fault.COORDINATOR, "began the round before"));
    assertThat(again.fromSites).isEmpty();
  }

  private Play uploaded() {
    Play round =
        Play.of(four, four.one(3)).policy(four.policy(1)).begin().numbers(7, 7, 7, 7).toUploads();
    assertThat(round.collectUploads()).isTrue();
    return round;
  }
}

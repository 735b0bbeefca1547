package dev.caisson.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.protocol.study.AuditPlan;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.study.TrainingPlan;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Signatures;
import dev.caisson.server.site.Incarnation;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.server.site.SiteLink;
import dev.caisson.trust.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParticipantsTest {
  private static final Digest SPLIT = Digest.ofText("who is held out");

  @TempDir private Path home;
  private StoredStudy stored;
  private StudyLog log;
  private Participants participants;

  @BeforeEach
  void start() throws Exception {
    stored = new StoredStudy(home, submission());
    log = stored.log();
    participants = stored.participants(log);
  }

  @Test
  void aSiteIsAskedWhenItArrivesAndIsReadyWhenItHasAgreed() {
    Link a = arrive("a");
    assertThat(a.heard).containsExactly("offer");
    assertThat(participants.ready()).isEmpty();
    agree("a", SPLIT);
    assertThat(participants.ready()).containsOnlyKeys("a");
    assertThat(participants.missing())
        .isEqualTo("'b' is not connected; 'c' is not connected; 'd' is not connected");
    assertThat(participants.complete()).isFalse();
    assertThat(participants.commitments()).containsEntry("a", SPLIT);
  }

  @Test
  void sitesThatThePlanDoesNotNameAreNotHeard() {
    assertThat(arrive("z").heard).isEmpty();
    agree("z", SPLIT);
    assertThat(participants.ready()).isEmpty();
    assertThat(participants.commitments()).isEmpty();
  }

  @Test
  void aRefusalIsShownInTheSitesWordsAndCountsAsAnAnswer() throws Exception {
    for (String site : List.of("a", "b", "c", "d")) {
      arrive(site);
    }
    agree("a", SPLIT);
    agree("b", SPLIT);
    agree("c", SPLIT);
    participants.handle(new SiteEvent.Refused("d", "too many rounds"));
    assertThat(participants.complete()).isTrue();
    assertThat(participants.hopeless()).isFalse();
    assertThat(participants.missing()).isEqualTo("'d' refuses (too many rounds)");
    assertThat(log.from(0))
        .extracting(StudyLog.Event::text)
        .contains("site 'd' refuses: too many rounds");
    participants.handle(new SiteEvent.Refused("c", "no"));
    assertThat(participants.ready()).containsOnlyKeys("a", "b");
    assertThat(participants.hopeless()).isTrue();
  }

  @Test
  void aSiteThatIsGoneIsReadyAgainWhenItIsBackAndHasAgreedAgain() {
    Link first = arrive("a");
    agree("a", SPLIT);
    participants.handle(new SiteEvent.Gone(first));
    assertThat(participants.ready()).isEmpty();
    Link second = arrive("a");
    assertThat(participants.ready()).isEmpty();
    agree("a", SPLIT);
    assertThat(participants.ready()).containsEntry("a", second);
    participants.handle(new SiteEvent.Gone(first));
    assertThat(participants.ready()).as("the old link's end comes late").containsKey("a");
  }

  @Test
  void aSiteWithAnotherHoldOutThanBeforeIsLeftOut() throws Exception {
    Link first = arrive("a");
    agree("a", SPLIT);
    participants.handle(new SiteEvent.Gone(first));
    arrive("a");
    agree("a", Digest.ofText("others"));
    assertThat(participants.ready()).isEmpty();
    assertThat(participants.commitments()).containsEntry("a", SPLIT);
    assertThat(participants.missing()).startsWith("'a' refuses (it changed which persons");
    assertThat(log.from(0))
        .extracting(StudyLog.Event::text)
        .contains("site 'a' came back with another hold-out and is left out");
  }

  @Test
  void aCulpritIsLeftOutForGoodAndNotEvenAskedAgain() throws Exception {
    Link first = arrive("a");
    agree("a", SPLIT);
    participants.exclude(
        "a", List.of(new Fault(Rule.CHUNK, "b", "x"), new Fault(Rule.DEALT_SECRET, "a", "lied")));
    assertThat(participants.ready()).isEmpty();
    assertThat(participants.missing()).startsWith("'a' is left out (it broke DEALT_SECRET: lied)");
    participants.handle(new SiteEvent.Gone(first));
    assertThat(arrive("a").heard).isEmpty();
    agree("a", SPLIT);
    assertThat(participants.ready()).isEmpty();
    assertThat(log.from(0))
        .extracting(StudyLog.Event::text)
        .contains("site 'a' is left out from here on: it broke DEALT_SECRET: lied");
  }

  @Test
  void aSiteThatChangesItsHoldOutInOneConversationIsLeftOutToo() {
    arrive("a");
    agree("a", SPLIT);
    agree("a", Digest.ofText("others"));
    assertThat(participants.ready()).isEmpty();
  }

  /// d and c are still away; a site that says both yes and no must not stand in for them.
  @Test
  void aSiteCountsOnceHoweverOftenItAnswers() {
    arrive("a");
    arrive("b");
    for (int i = 0; i < 3; i++) {
      participants.handle(new SiteEvent.Refused("a", "no"));
      agree("a", SPLIT);
      participants.handle(new SiteEvent.Refused("b", "no"));
      agree("b", SPLIT);
    }
    assertThat(participants.ready()).containsOnlyKeys("a", "b");
    assertThat(participants.complete()).isFalse();
  }

  @Test
  void aSiteThatIsBeingStoppedTakesPartInNothingMore() {
    Link a = arrive("a");
    agree("a", Digest.ofText("a"));
    participants.handle(new SiteEvent.Leaving(new Link("a")));
    assertThat(participants.ready()).as("another conversation of the same site").containsKey("a");
    participants.handle(new SiteEvent.Leaving(a));
    assertThat(participants.ready()).isEmpty();
  }

  @Test
  void everySiteThatIsThereHearsTheEnd() {
    Link a = arrive("a");
    Link b = arrive("b");
    participants.handle(new SiteEvent.Gone(b));
    participants.dismiss("over");
    assertThat(a.heard).containsExactly("offer", "study ended: over");
    assertThat(b.heard).containsExactly("offer");
  }

  /// What another process finds: who is connected is forgotten, the rest is not.
  @Test
  void commitmentsAndExclusionsAreRememberedByTheNextProcess() throws Exception {
    arrive("a");
    agree("a", SPLIT);
    arrive("b");
    agree("b", SPLIT);
    participants.exclude("b", List.of(new Fault(Rule.DEALT_SECRET, "b", "lied")));
    participants = stored.participants(stored.log());
    assertThat(participants.ready()).isEmpty();
    assertThat(participants.commitments()).containsOnlyKeys("a", "b").containsEntry("a", SPLIT);
    assertThat(participants.missing()).contains("'b' is left out (it broke DEALT_SECRET: lied)");
    arrive("a");
    agree("a", Digest.ofText("others"));
    assertThat(participants.ready()).isEmpty();
    assertThat(participants.standings())
        .extracting(SiteStanding::place)
        .containsExactly(
            SiteStanding.Place.REFUSES,
            SiteStanding.Place.LEFT_OUT,
            SiteStanding.Place.AWAY,
            SiteStanding.Place.AWAY);
  }

  @Test
  void whoWasWaitedForInVainIsWaitedForAgainOnceBack() {
    for (String site : List.of("a", "b", "c")) {
      arrive(site);
      agree(site, SPLIT);
    }
    assertThat(participants.complete()).isFalse();
    participants.passOverTheMissing();
    assertThat(participants.complete()).isTrue();
    Link d = arrive("d");
    agree("d", SPLIT);
    participants.handle(new SiteEvent.Gone(d));
    assertThat(participants.complete()).isFalse();
  }

  private Link arrive(String site) {
    Link link = new Link(site);
    participants.handle(new SiteEvent.Arrived(link));
    return link;
  }

  private void agree(String site, Digest commitment) {
    participants.handle(new SiteEvent.Admitted(site, commitment));
  }

  static Submission submission() {
    StudyPlan plan =
        new StudyPlan(
            "text",
            "small",
            "trial",
            List.of("a", "b", "c", "d"),
            1,
            1,
            Digest.ofText("data"),
            0.2,
            Optional.empty(),
            new TrainingPlan(1, 1, TrainingPlan.Optimiser.SGD, 0.1, 0, 0),
            new AggregationPlan(
                3, 2, new AggregationPlan.Weights.Equal(), 1, 0, 5, Signatures.ML_DSA),
            new AuditPlan(2, 1));
    Digest digest = Digest.ofText("model");
    return new Submission(
        "small-1",
        "ann",
        plan,
        digest,
        new ParameterManifest(List.of(new ParameterManifest.Entry("w", List.of(1), 0, digest))),
        digest,
        new byte[] {1});
  }

  /// A site's conversation that writes down what it is told.
  private static final class Link implements SiteLink {
    private final String site;
    final List<String> heard = new ArrayList<>();

    Link(String site) {
      this.site = site;
    }

    @Override
    public String site() {
      return site;
    }

    @Override
    public Incarnation incarnation() {
      return new Incarnation(0, 0);
    }

    @Override
    public void warn(String text) {
      heard.add("warned");
    }

    @Override
    public void displace(String reason) {
      heard.add("displaced");
    }

    @Override
    public void offer(String study, SignedPlan plan) {
      heard.add("offer");
    }

    @Override
    public void round(String study, String round, byte[] payload) {
      heard.add("round");
    }

    @Override
    public void roundEnded(String study, String round, boolean completed, String reason) {
      heard.add("round ended");
    }

    @Override
    public void studyEnded(String study, String reason) {
      heard.add("study ended: " + reason);
    }

    @Override
    public void close(String reason) {
      heard.add("closed");
    }
  }
}

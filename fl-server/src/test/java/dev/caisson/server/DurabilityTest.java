package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.protocol.wire.CancelRequest;
import dev.caisson.protocol.wire.Candidate;
import dev.caisson.protocol.wire.CompletedRound;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.ListRequest;
import dev.caisson.protocol.wire.MetricsRequest;
import dev.caisson.protocol.wire.PauseRequest;
import dev.caisson.protocol.wire.ResumeRequest;
import dev.caisson.protocol.wire.RoundLeft;
import dev.caisson.protocol.wire.ShowRequest;
import dev.caisson.protocol.wire.StudyDetail;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Coordinators that end at the worst moments, over real databases, files and connections: the next
/// one goes on where this one was, and comes to the same numbers.
@Timeout(120)
final class DurabilityTest {
  private static final String[] SITES = {"a", "b", "c", "d"};
  private static final float[][] UPDATES = {
    {0.5f, 0, 0, 0.1f}, {0, 1, 0, 0.25f}, {0.25f, 0.5f, 0, 0.3f}, {9, 9, 9, 9}
  };

  @TempDir Path folder;
  private final List<TestFederation> federations = new ArrayList<>();
  private final List<MadeUpSite> sites = new ArrayList<>();

  private TestFederation federation(String name, Duration patience) throws Exception {
    TestFederation made = new TestFederation(folder.resolve(name), patience, SITES);
    federations.add(made);
    return made;
  }

  @AfterEach
  void stop() {
    sites.forEach(MadeUpSite::close);
    federations.forEach(TestFederation::close);
  }

  /// A site whose numbers are the same whenever it is asked for a state, as a real site's are.
  private class Steady extends MadeUpSite {
    Steady(TestFederation federation, int index) throws Exception {
      super(federation, SITES[index], UPDATES[index], SITES);
      sites.add(this);
    }

    @Override
    Secret coins(RoundManifest manifest) {
      return Secret.taking(Digest.ofText(name + manifest.model()).bytes());
    }
  }

  private void join(TestFederation federation, int... indices) throws Exception {
    for (int index : indices) {
      new Steady(federation, index).hello();
    }
  }

  /// The site that leaves each round before its vector.
  private final class Leaver extends Steady {
    Leaver(TestFederation federation) throws Exception {
      super(federation, 3);
    }

    @Override
    void step(String current, byte[] payload) {
      send(
          FromSite.newBuilder()
              .setLeft(
                  RoundLeft.newBuilder().setStudy(study()).setRound(current).setReason("not today"))
              .build());
    }
  }

  /// Has the coordinator cut off when it is sent the list of consents: from then on it, and others,
  /// may answer.
  private final class LastStraw extends Steady {
    final CompletableFuture<String> cut = new CompletableFuture<>();
    private int messages;

    LastStraw(TestFederation federation) throws Exception {
      super(federation, 0);
    }

    @Override
    void step(String current, byte[] payload)
        throws MalformedException, InterruptedException, ExecutionException, TimeoutException {
      messages++; // opening, keys, shares, survivors, consents
      if (messages == 5) {
        cut.complete(current);
      } else if (messages < 5) {
        super.step(current, payload);
      }
    }
  }

  private Candidate undisturbed(String plan) throws Exception {
    TestFederation calm = federation("calm", Duration.ofSeconds(30));
    join(calm, 0, 1, 2);
    new Leaver(calm).hello();
    String study = calm.submit("ann", plan);
    assertThat(calm.trained("ann", study).getLast().getState()).isEqualTo("candidate");
    return calm.candidate();
  }

  @Test
  void aSumThatSitesMayHaveAnsweredForIsTakenAgainOverTheSameSitesAndIsTheSame() throws Exception {
    String plan = TestFederation.plan(2, 3, SITES);
    Candidate expected = undisturbed(plan);
    TestFederation federation = federation("cut", Duration.ofSeconds(30));
    LastStraw straw = new LastStraw(federation);
    straw.hello();
    join(federation, 1, 2);
    new Leaver(federation).hello();
    String study = federation.submit("ann", plan);
    assertThat(straw.cut.get(60, TimeUnit.SECONDS)).isEqualTo("train-1");
    federation.cutOff();
    federation.startAgain();
    join(federation, 0, 1, 2, 3); // d would take part now, with numbers that would show
    List<StudyEvent> events = federation.watch("ann", study, e -> e.getRound() == 1);
    assertThat(events).extracting(StudyEvent::getText).anyMatch(t -> t.contains("started again"));
    assertThat(federation.trained("ann", study).getLast().getState()).isEqualTo("candidate");
    Candidate found = federation.candidate();
    assertThat(found.getRounds(0).getSurvivorsList()).containsExactly("a", "b", "c");
    assertThat(found.getRounds(0).getRound()).isEqualTo("train-2");
    assertThat(found.getRounds(0).getStateDigest())
        .as("bit for bit")
        .isEqualTo(expected.getRounds(0).getStateDigest());
    assertThat(found.getRounds(1).getSurvivorsList())
        .as("the next state is nobody's yet")
        .containsExactly("a", "b", "c", "d");
  }

  @Test
  void aStudyWhoseRepeatedSumLacksASitePausesAndGoesOnWhenItIsBack() throws Exception {
    TestFederation federation = federation("cut", Duration.ofSeconds(2));
    LastStraw straw = new LastStraw(federation);
    straw.hello();
    join(federation, 1, 2);
    String study = federation.submit("ann", TestFederation.plan(1, 3, "a", "b", "c"));
    straw.cut.get(60, TimeUnit.SECONDS);
    federation.cutOff();
    federation.startAgain();
    join(federation, 0, 1);
    StudyEvent paused =
        federation.watch("ann", study, e -> e.getState().equals("paused")).getLast();
    assertThat(paused.getText())
        .contains("'c' is not connected")
        .contains("caisson site allow-repeat");
    assertThat(paused.getTrouble()).isTrue();
    StudyDetail detail = show(federation, study);
    assertThat(detail.getPinnedList()).containsExactly("a", "b", "c");
    assertThat(detail.getAttempt().getPhase()).isEqualTo("ended");
    join(federation, 2);
    assertThat(federation.trained("ann", study).getLast().getState()).isEqualTo("candidate");
    assertThat(show(federation, study).getPinnedList()).isEmpty();
  }

  /// d was in the sum that may be open; while it leaves each round early, no other sum is opened.
  @Test
  void aRepeatThatLosesASiteOnItsWayOpensNothingAndEndsInAPause() throws Exception {
    TestFederation federation = federation("cut", Duration.ofSeconds(30));
    LastStraw straw = new LastStraw(federation);
    straw.hello();
    join(federation, 1, 2, 3);
    String study = federation.submit("ann", TestFederation.plan(1, 3, SITES));
    straw.cut.get(60, TimeUnit.SECONDS);
    federation.cutOff();
    federation.startAgain();
    join(federation, 0, 1, 2);
    MadeUpSite leaver = new Leaver(federation).hello();
    StudyEvent paused =
        federation.watch("ann", study, e -> e.getState().equals("paused")).getLast();
    assertThat(paused.getText())
        .contains("the sum must go over exactly a, b, c, d")
        .contains("'d' left: not today");
    assertThat(show(federation, study).getPinnedList()).containsExactly(SITES);
    assertThat(rounds(federation, study)).isEmpty();
    leaver.close();
    join(federation, 3);
    federation.studies("ann").resume(resume(study));
    assertThat(federation.trained("ann", study).getLast().getState()).isEqualTo("candidate");
    assertThat(rounds(federation, study).getFirst().getSurvivorsList()).containsExactly(SITES);
  }

  @Test
  void whatWasSubmittedIsThereAfterEveryRestartInWhateverState() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    String study = federation.submit("ann", TestFederation.plan(2, 3, "a", "b", "c"));
    federation.cutOff();
    federation.startAgain();
    assertThat(state(federation, study)).isEqualTo("waiting");
    join(federation, 0, 1, 2);
    federation.trained("ann", study);
    federation.cutOff();
    federation.startAgain();
    assertThat(state(federation, study)).isEqualTo("candidate");
    assertThat(federation.candidate().getStudy()).isEqualTo(study);
    assertThat(federation.finalVector()).hasSize(4);
    assertThat(cancel(federation, study).getState()).isEqualTo("cancelled");
    federation.cutOff();
    federation.startAgain();
    assertThat(state(federation, study)).isEqualTo("cancelled");
    List<StudyEvent> events = federation.watch("ann", study, StudyEvent::getLast);
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).getSequence()).isEqualTo(i);
    }
    assertThat(rounds(federation, study)).hasSize(3);
  }

  @Test
  void aPausedStudyStandsStillOverARestartAndGoesOnWhenResumed() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    join(federation, 0, 1, 2);
    String study = federation.submit("ann", TestFederation.plan(400, 3, "a", "b", "c"));
    federation.watch("ann", study, e -> e.getRound() == 2);
    for (int i = 0; i < 2; i++) {
      federation.studies("ann").pause(PauseRequest.newBuilder().setStudy(study).build());
    }
    federation.watch("ann", study, e -> e.getState().equals("paused"));
    int done = summary(federation, study).getRoundsDone();
    assertThat(done).isLessThan(400);
    federation.cutOff();
    federation.startAgain();
    join(federation, 0, 1, 2);
    assertThat(state(federation, study)).isEqualTo("paused");
    assertThatThrownBy(() -> federation.studies("bob").resume(resume(study)))
        .hasMessageContaining("NOT_FOUND: 'bob' has submitted no such study");
    for (int i = 0; i < 2; i++) {
      federation.studies("ann").resume(resume(study));
    }
    assertThat(federation.watch("ann", study, e -> e.getRound() == done + 1))
        .as("no round is done twice or left out")
        .filteredOn(e -> e.getRound() > 0)
        .hasSize(done + 1);
  }

  @Test
  void cancellingEndsAStudyInTheMiddleOfARoundAndTellsItsSites() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    join(federation, 0, 1);
    LastStraw silent = new LastStraw(federation);
    sites.getFirst().close();
    silent.hello();
    join(federation, 2);
    String study = federation.submit("ann", TestFederation.plan(9, 3, "a", "b", "c"));
    silent.cut.get(60, TimeUnit.SECONDS);
    for (int i = 0; i < 2; i++) {
      assertThat(cancel(federation, study).getState()).isEqualTo("cancelled");
    }
    assertThat(silent.studyEnded.get(20, TimeUnit.SECONDS)).isEqualTo("cancelled by 'ann'");
    assertThat(federation.watch("ann", study, StudyEvent::getLast).getLast().getText())
        .isEqualTo("cancelled by 'ann'");
    assertThatThrownBy(() -> federation.studies("ann").resume(resume(study)))
        .hasMessageContaining("is cancelled; it cannot be resumed");
    assertThat(blobs(federation)).isEmpty();
  }

  @Test
  void theSameRequestGivesTheSameStudyAlsoAfterARestart() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    byte[] request = new byte[16];
    String plan = TestFederation.plan(1, 3, "a", "b", "c");
    String study = federation.submit("ann", TestFederation.parts(plan, request));
    assertThat(federation.submit("ann", TestFederation.parts(plan, request))).isEqualTo(study);
    federation.cutOff();
    federation.startAgain();
    assertThat(federation.submit("ann", TestFederation.parts(plan, request))).isEqualTo(study);
    assertThat(federation.submit("bob", TestFederation.parts(plan, request))).isNotEqualTo(study);
    String other = TestFederation.plan(2, 3, "a", "b", "c");
    assertThatThrownBy(() -> federation.submit("ann", TestFederation.parts(other, request)))
        .hasMessageContaining("this request was used for study '%s', which is another", study);
    assertThatThrownBy(() -> federation.submit("ann", TestFederation.parts(plan, new byte[15])))
        .hasMessageContaining("a request has 16 bytes or none, got 15");
  }

  @Test
  void aSecondCoordinatorOnTheSameHomeIsRefused() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    assertThatThrownBy(federation::startAgain).hasMessageContaining("another process runs on");
  }

  @Test
  void diskIsUsedForTheLastStateOnlyHoweverManyRoundsThereWere() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    join(federation, 0, 1, 2);
    String study = federation.submit("ann", TestFederation.plan(25, 3, "a", "b", "c"));
    federation.trained("ann", study);
    // model, initial vector, state, state and sum before it
    assertThat(blobs(federation)).hasSizeLessThanOrEqualTo(5);
    Files.writeString(federation.blobs().resolve("incoming-1.part"), "torn");
    Files.writeString(federation.blobs().resolve("0".repeat(64)), "nobody's");
    federation.cutOff();
    federation.startAgain();
    assertThat(blobs(federation)).hasSizeLessThanOrEqualTo(5).doesNotContain("0".repeat(64));
    assertThat(federation.finalVector()).hasSize(4);
  }

  /// Stands for a full disk: nothing can be put into the store.
  @Test
  void aDiskThatFailsPausesTheStudyAndNothingIsLost() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    join(federation, 0, 1, 2);
    String study = federation.submit("ann", TestFederation.plan(400, 3, "a", "b", "c"));
    federation.watch("ann", study, e -> e.getRound() == 2);
    Path aside = federation.blobs().resolveSibling("aside");
    Files.move(federation.blobs(), aside);
    StudyEvent paused =
        federation.watch("ann", study, e -> e.getState().equals("paused")).getLast();
    assertThat(paused.getText()).contains("cannot keep the study's state").contains("resume it");
    Files.move(aside, federation.blobs());
    int done = summary(federation, study).getRoundsDone();
    federation.studies("ann").resume(resume(study));
    assertThat(federation.watch("ann", study, e -> e.getRound() == done + 2))
        .filteredOn(e -> e.getRound() > 0)
        .hasSize(done + 2);
  }

  /// A head that is no digest is something that no check of ours foresees.
  @Test
  void ourOwnFaultPausesAStudyThatHasTrainedAndDeletesNothing() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    join(federation, 0, 1, 2);
    String study = federation.submit("ann", TestFederation.plan(400, 3, "a", "b", "c"));
    federation.watch("ann", study, e -> e.getRound() == 2);
    federation.studies("ann").pause(PauseRequest.newBuilder().setStudy(study).build());
    federation.watch("ann", study, e -> e.getState().equals("paused"));
    int done = summary(federation, study).getRoundsDone();
    byte[] head = exchangeHead(federation, study, new byte[1]);
    federation.studies("ann").resume(resume(study));
    StudyEvent paused =
        federation
            .watch("ann", study, e -> e.getState().equals("paused") && e.getTrouble())
            .getLast();
    assertThat(paused.getText()).contains("its log says why").contains("resume it");
    exchangeHead(federation, study, head);
    federation.studies("ann").resume(resume(study));
    assertThat(federation.watch("ann", study, e -> e.getRound() == done + 1))
        .filteredOn(e -> e.getRound() > 0)
        .hasSize(done + 1);
  }

  private static byte[] exchangeHead(TestFederation federation, String study, byte[] head)
      throws Exception {
    return CoordinatorDatabase.open(federation.blobs().resolveSibling("."))
        .<byte[], RuntimeException>read(
            sql -> {
              sql.execute("PRAGMA ignore_check_constraints = ON");
              byte[] before =
                  sql.createQuery("SELECT head FROM study WHERE name = ?")
                      .bind(0, study)
                      .mapTo(byte[].class)
                      .one();
              sql.execute("UPDATE study SET head = ? WHERE name = ?", head, study);
              return before;
            });
  }

  @Test
  void aCohortIsDrawnAnewEachRoundAndALateSiteJoinsTheNext() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(4));
    join(federation, 0, 1, 2);
    String plan = TestFederation.plan(30, 3, SITES) + "cohort: {size: 3}\n";
    String study = federation.submit("ann", plan);
    federation.watch("ann", study, e -> e.getRound() == 1);
    join(federation, 3);
    federation.trained("ann", study);
    List<CompletedRound> rounds = rounds(federation, study);
    assertThat(rounds.getFirst().getSurvivorsList()).containsExactly("a", "b", "c");
    assertThat(rounds)
        .filteredOn(round -> round.getPurpose().equals("train"))
        .allSatisfy(round -> assertThat(round.getSurvivorsList()).hasSize(3))
        .anySatisfy(round -> assertThat(round.getSurvivorsList()).contains("d"));
    assertThat(rounds.getLast().getSurvivorsList()).as("all are evaluated").hasSize(4);
    assertThatThrownBy(
            () ->
                federation.submit("ann", TestFederation.plan(1, 3, SITES) + "cohort: {size: 2}\n"))
        .hasMessageContaining("cohort.size")
        .hasMessageContaining("3 (aggregation.threshold) to 4 (the number of sites)");
  }

  private static ResumeRequest resume(String study) {
    return ResumeRequest.newBuilder().setStudy(study).build();
  }

  private static StudySummary cancel(TestFederation federation, String study) throws Exception {
    return federation.studies("ann").cancel(CancelRequest.newBuilder().setStudy(study).build());
  }

  private static StudyDetail show(TestFederation federation, String study) throws Exception {
    return federation.studies("ann").show(ShowRequest.newBuilder().setStudy(study).build());
  }

  private static StudySummary summary(TestFederation federation, String study) throws Exception {
    return federation
        .studies("ann")
        .list(ListRequest.getDefaultInstance())
        .getStudiesList()
        .stream()
        .filter(s -> s.getStudy().equals(study))
        .findFirst()
        .orElseThrow();
  }

  private static String state(TestFederation federation, String study) throws Exception {
    return summary(federation, study).getState();
  }

  private static List<CompletedRound> rounds(TestFederation federation, String study)
      throws Exception {
    List<CompletedRound> rounds = new ArrayList<>();
    federation
        .studies("ann")
        .metrics(MetricsRequest.newBuilder().setStudy(study).build())
        .forEachRemaining(rounds::add);
    return rounds;
  }

  private static List<String> blobs(TestFederation federation) throws Exception {
    try (Stream<Path> files = Files.list(federation.blobs())) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aWatcherGoesOnWithTheEventThatItHasNotSeen() throws Exception {
    TestFederation federation = federation("x", Duration.ofSeconds(60));
    join(federation, 0, 1, 2);
    String study = federation.submit("ann", TestFederation.plan(2, 3, "a", "b", "c"));
    List<StudyEvent> all = federation.trained("ann", study);
    StudyEvent next =
        federation
            .studies("ann")
            .watch(WatchRequest.newBuilder().setStudy(study).setFrom(3).build())
            .next();
    assertThat(next).isEqualTo(all.get(3));
  }
}

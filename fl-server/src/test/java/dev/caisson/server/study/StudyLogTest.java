package dev.caisson.server.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.study.StudyState;
import dev.caisson.server.store.StoreException;
import dev.caisson.trust.Digest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class StudyLogTest {
  private static final StudyLog.Figures FIGURES =
      new StudyLog.Figures(
          new TreeMap<>(Map.of("auc", 0.75, "loss", 0.5)), new TreeMap<>(Map.of("a", 7L)), 5);
  private static final Digest DIGEST = Digest.ofText("x");

  @TempDir private Path home;
  private StoredStudy stored;
  private StudyLog log;

  @BeforeEach
  void open() throws Exception {
    stored = new StoredStudy(home, ParticipantsTest.submission());
    log = stored.log();
  }

  private static RoundTable.Done done(int attempt) {
    return new RoundTable.Done(
        attempt,
        attempt,
        Purpose.TRAIN,
        new Candidate.RoundRecord("train-" + attempt, DIGEST, DIGEST, DIGEST, List.of("a")),
        FIGURES,
        Instant.EPOCH);
  }

  /// Whatever the runner enters, among others that sites are missing, or that they are back.
  @Test
  void aPersonsPauseStaysUntilAPersonResumes() throws Exception {
    log.pause("'ann' pauses the study");
    log.enter(StudyState.TRAINING, "3 sites take part", StudyLog.Also.NOTHING);
    assertThat(log.summary().pause()).isEqualTo(Pause.ASKED);
    log.enter(StudyState.PAUSED, "c is missing", Pause.MISSING, StudyLog.Also.NOTHING);
    assertThat(stored.log().summary().pause()).isEqualTo(Pause.ASKED);
    log.enter(StudyState.WAITING, "the sites are back", StudyLog.Also.NOTHING);
    assertThat(log.standStill("paused")).isTrue();
    assertThat(log.summary())
        .isEqualTo(new StudyLog.Summary(StudyState.PAUSED, "paused", Pause.ASKED));
    log.resume(StudyState.WAITING, "'ann' resumes the study", StudyLog.Also.NOTHING);
    assertThat(log.standStill("paused")).isFalse();
    assertThat(stored.log().summary().pause()).isEqualTo(Pause.NONE);
  }

  /// The disk was full, has room again, and a person resumes before that is noticed.
  @Test
  void aStandstillThatWasOnlyToldIsKeptUnlessSomebodyResumedMeanwhile() throws Exception {
    log.holdWithoutRecord("full");
    log.say("site 'a' takes part"); // says nothing about the state
    assertThat(stored.log().summary().state()).isEqualTo(StudyState.WAITING);
    log.keepHeld();
    assertThat(stored.log().summary())
        .isEqualTo(new StudyLog.Summary(StudyState.PAUSED, "full", Pause.TROUBLE));
    log.holdWithoutRecord("full again");
    log.resume(StudyState.TRAINING, "'ann' resumes the study", StudyLog.Also.NOTHING);
    log.keepHeld();
    assertThat(log.summary().state()).isEqualTo(StudyState.TRAINING);
    assertThat(stored.log().summary().pause()).isEqualTo(Pause.NONE);
  }

  @Test
  void eventsAreNumberedInOrderAndReadFromAnyPlaceByAnyProcess() throws Exception {
    log.say("one");
    log.enter(StudyState.TRAINING, "two", StudyLog.Also.NOTHING);
    log.round(done(1), "three", StudyLog.Also.NOTHING);
    for (StudyLog reader : List.of(log, stored.log())) {
      assertThat(reader.from(0)).extracting(StudyLog.Event::sequence).containsExactly(0L, 1L, 2L);
      assertThat(reader.from(1)).extracting(StudyLog.Event::text).containsExactly("two", "three");
      assertThat(reader.from(2).getFirst().figures()).contains(FIGURES);
      assertThat(reader.from(0).getFirst().state()).isEqualTo(StudyState.WAITING);
      assertThat(reader.summary())
          .isEqualTo(new StudyLog.Summary(StudyState.TRAINING, "two", Pause.NONE));
    }
    stored.log().say("four");
    assertThat(stored.log().from(3).getFirst().text()).isEqualTo("four");
  }

  @Test
  void aChangeThatFailsLeavesNeitherEventNorState() throws Exception {
    log.say("one");
    assertThatThrownBy(
            () ->
                log.enter(
                    StudyState.TRAINING,
                    "two",
                    sql ->
                        sql.execute("INSERT INTO hold_out VALUES ('no such study', 'a', x'00')")))
        .isInstanceOf(StoreException.class);
    assertThat(log.summary().state()).isEqualTo(StudyState.WAITING);
    assertThat(stored.log().summary().state()).isEqualTo(StudyState.WAITING);
    assertThat(log.from(0)).hasSize(1);
    log.say("two");
    assertThat(log.from(1)).extracting(StudyLog.Event::text).containsExactly("two");
  }

  @Test
  void aStudyThatIsOverChangesNoMore() throws Exception {
    log.enter(StudyState.CANCELLED, "by ann", StudyLog.Also.NOTHING);
    assertThatThrownBy(() -> log.enter(StudyState.TRAINING, "on", StudyLog.Also.NOTHING))
        .isInstanceOf(StudyOverException.class);
    assertThatThrownBy(
            () ->
                log.round(
                    done(1),
                    "late",
                    sql ->
                        StudyTable.moveOn(
                            sql,
                            stored.submission().study(),
                            StudyTable.headway(sql, stored.submission().study()).attempted(),
                            Instant.EPOCH)))
        .isInstanceOf(StudyOverException.class);
    assertThat(stored.log().from(0)).hasSize(1);
    assertThat(stored.log().summary().state()).isEqualTo(StudyState.CANCELLED);
  }

  @Test
  void aReaderWaitsForTheNextEventAndIsReleasedAtTheEnd() throws Exception {
    CompletableFuture<List<StudyLog.Event>> next = read(log, 0);
    log.say("first");
    assertThat(next.get(20, TimeUnit.SECONDS)).hasSize(1);
    CompletableFuture<List<StudyLog.Event>> last = read(log, 1);
    log.enter(StudyState.FAILED, "why", StudyLog.Also.NOTHING);
    assertThat(last.get(20, TimeUnit.SECONDS))
        .extracting(StudyLog.Event::text)
        .containsExactly("why");
    assertThat(log.from(2)).as("over, and all was read").isEmpty();
    assertThat(log.from(99)).isEmpty();
    assertThat(log.summary().reason()).isEqualTo("why");
  }

  private static CompletableFuture<List<StudyLog.Event>> read(StudyLog log, int from) {
    CompletableFuture<List<StudyLog.Event>> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(log.from(from));
              } catch (InterruptedException e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }
}

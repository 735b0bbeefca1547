package dev.caisson.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.study.StudyState;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class StudyLogTest {
  private static final StudyLog.Figures FIGURES =
      new StudyLog.Figures(new TreeMap<>(), new TreeMap<>(), 5);

  @Test
  void eventsAreNumberedInOrderAndReadFromAnyPlace() throws Exception {
    StudyLog log = new StudyLog();
    log.say("one");
    log.enter(StudyState.TRAINING, "two");
    log.round(1, "three", FIGURES);
    assertThat(log.from(0)).extracting(StudyLog.Event::sequence).containsExactly(0, 1, 2);
    assertThat(log.from(1)).extracting(StudyLog.Event::text).containsExactly("two", "three");
    assertThat(log.from(2).getFirst().figures()).contains(FIGURES);
    assertThat(log.from(0).getFirst().state()).isEqualTo(StudyState.WAITING);
  }

  @Test
  void theFinalEvaluationIsNoRound() {
    StudyLog log = new StudyLog();
    log.enter(StudyState.TRAINING, "");
    log.round(1, "", FIGURES);
    log.round(2, "", FIGURES);
    log.finalState(3, "final", FIGURES);
    assertThat(log.summary()).isEqualTo(new StudyLog.Summary(StudyState.TRAINING, "", 2));
  }

  @Test
  void aReaderWaitsForTheNextEventAndIsReleasedAtTheEnd() throws Exception {
    StudyLog log = new StudyLog();
    CompletableFuture<List<StudyLog.Event>> next = read(log, 0);
    log.say("first");
    assertThat(next.get(20, TimeUnit.SECONDS)).hasSize(1);
    CompletableFuture<List<StudyLog.Event>> last = read(log, 1);
    log.enter(StudyState.FAILED, "why");
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

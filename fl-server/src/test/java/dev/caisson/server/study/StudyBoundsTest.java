package dev.caisson.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.study.StudyState;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StudyBoundsTest {
  @Test
  void theLongestPlanNameGivesAStudyNameThatACandidateCanBear() {
    assertThat(Submissions.name("x".repeat(63))).matches("x{54}-[0-9a-f]{8}");
    assertThat(Submissions.name("small")).matches("small-[0-9a-f]{8}");
  }

  /// That many real transactions would take a minute: the first are put into the table at once.
  @Test
  void remarksEndButStatesAreAlwaysKept(@TempDir Path home) throws Exception {
    StoredStudy stored = new StoredStudy(home, ParticipantsTest.submission());
    stored
        .database()
        .<RuntimeException>useTransaction(
            sql ->
                sql.execute(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                    INSERT INTO study_event SELECT 'small-1', i, '2026-01-01T00:00:00Z', 'waiting', '', 0, NULL, 1 FROM n
                    """,
                    StudyLog.MOST_REMARKS - 4));
    StudyLog log = stored.log();
    for (int i = 0; i < 10; i++) {
      log.trouble("a site is gone");
    }
    List<StudyLog.Event> last = log.from(StudyLog.MOST_REMARKS - 3);
    assertThat(last).hasSize(3);
    assertThat(last.getLast().text()).startsWith("too many remarks");
    log.enter(StudyState.FAILED, "over", StudyLog.Also.NOTHING);
    assertThat(log.from(StudyLog.MOST_REMARKS).getLast().text()).isEqualTo("over");
  }
}

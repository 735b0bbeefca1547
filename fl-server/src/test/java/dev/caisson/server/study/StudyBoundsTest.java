package dev.caisson.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.study.StudyState;
import org.junit.jupiter.api.Test;

final class StudyBoundsTest {
  @Test
  void theLongestPlanNameGivesAStudyNameThatACandidateCanBear() {
    assertThat(StudyRegistry.studyName("x".repeat(63))).matches("x{54}-[0-9a-f]{8}");
    assertThat(StudyRegistry.studyName("small")).matches("small-[0-9a-f]{8}");
  }

  @Test
  void remarksEndButStatesAreAlwaysKept() throws Exception {
    StudyLog log = new StudyLog();
    for (int i = 0; i < StudyLog.MOST_REMARKS + 1000; i++) {
      log.trouble("a site is gone");
    }
    assertThat(log.from(0)).hasSize(StudyLog.MOST_REMARKS);
    assertThat(log.from(0).getLast().text()).startsWith("too many remarks");
    log.enter(StudyState.FAILED, "over");
    assertThat(log.from(0).getLast().text()).isEqualTo("over");
  }
}

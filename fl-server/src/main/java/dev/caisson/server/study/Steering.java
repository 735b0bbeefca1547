package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import dev.caisson.protocol.tls.Caller;

/// What people may do with a study under way. Each may be done twice without harm; what cannot be
/// done is an `IllegalArgumentException` that says why. Thread-safe.
public final class Steering {
  private final StudyRegistry studies;

  Steering(StudyRegistry studies) {
    this.studies = studies;
  }

  /// Has a study stand still after the round under way; again changes nothing. An
  /// `IllegalArgumentException` says why it cannot.
  public void pause(Caller caller, String study) {
    StudyRunner runner = controlled(caller, study, "paused");
    synchronized (runner.log()) {
      StudyLog.Summary now = runner.log().summary();
      if (now.state() == StudyState.CANDIDATE) {
        throw new IllegalArgumentException(
            "study '%s' is trained and waits for the airlock: there is nothing to pause"
                .formatted(study));
      }
      if (now.pause() != Pause.ASKED) {
        changing(study, () -> runner.log().pause("'%s' pauses the study".formatted(caller.name())));
      }
    }
  }

  /// Has it go on; of a study that does, nothing changes.
  ///
  /// @param withoutMissing also over other sites than those that may have answered
  public void resume(Caller caller, String study, boolean withoutMissing) {
    StudyRunner runner = controlled(caller, study, "resumed");
    synchronized (runner.log()) {
      StudyLog.Summary now = runner.log().summary();
      String why = "'%s' resumes the study".formatted(caller.name());
      if (now.state() == StudyState.PAUSED) {
        changing(study, () -> runner.resume(why, withoutMissing));
      } else if (now.pause() != Pause.NONE) {
        changing(study, () -> runner.log().resume(now.state(), why, StudyLog.Also.NOTHING));
      }
    }
    studies.wake(); // it may be a candidate again; not under the log's lock, which comes after ours
  }

  /// Ends it at once; one that was cancelled already stays so.
  public void cancel(Caller caller, String study) {
    if (studies.summary(caller, study).filter(s -> s.state() == StudyState.CANCELLED).isEmpty()) {
      StudyRunner runner = controlled(caller, study, "cancelled");
      changing(study, () -> runner.cancel("cancelled by '%s'".formatted(caller.name())));
    }
  }

  private static void changing(String study, Runnable change) {
    try {
      change.run();
    } catch (StudyOverException e) {
      throw new IllegalArgumentException("study '%s' has just ended".formatted(study), e);
    }
  }

  private StudyRunner controlled(Caller caller, String study, String what) {
    StudySummary found =
        studies
            .summary(caller, study)
            .filter(s -> StudyAccess.mayControl(caller, s.submitter()))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'%s' has submitted no such study".formatted(caller.name())));
    return studies
        .find(study)
        .filter(_ -> !found.state().isFinal())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "study '%s' is %s; it cannot be %s"
                        .formatted(study, found.state().label(), what)));
  }
}

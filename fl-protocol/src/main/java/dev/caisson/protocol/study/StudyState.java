package dev.caisson.protocol.study;

import java.util.Locale;

/// Where a study stands.
public enum StudyState {
  /// Accepted; waiting until its sites are connected and have agreed.
  WAITING,
  TRAINING,
  /// Nothing goes on until somebody resumes it, or until the sites are back that it was paused for.
  PAUSED,
  /// Trained; the checkpoint waits for the airlock or is being audited.
  CANDIDATE,
  /// Audited; nothing is left to do for coordinator and sites.
  FINISHED,
  FAILED,
  /// Ended by a person.
  CANCELLED;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The state of this label; another is an `IllegalArgumentException`.
  public static StudyState ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  public boolean isFinal() {
    return switch (this) {
      case WAITING, TRAINING, PAUSED, CANDIDATE -> false;
      case FINISHED, FAILED, CANCELLED -> true;
    };
  }
}

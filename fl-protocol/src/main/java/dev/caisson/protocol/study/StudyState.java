package dev.caisson.protocol.study;

import java.util.Locale;

/// Where a study stands.
public enum StudyState {
  /// Accepted; waiting until its sites are connected and have agreed.
  WAITING,
  TRAINING,
  /// Trained; the checkpoint waits for the airlock or is being audited.
  CANDIDATE,
  /// Audited; nothing is left to do for coordinator and sites.
  FINISHED,
  FAILED;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean isFinal() {
    return this == FINISHED || this == FAILED;
  }
}

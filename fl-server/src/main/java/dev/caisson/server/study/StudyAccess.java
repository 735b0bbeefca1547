package dev.caisson.server.study;

import dev.caisson.protocol.tls.Caller;
import java.util.Optional;

/// Who may do what with a study. The services that a caller reaches at all are in `Permissions`;
/// this is the one place that decides about a single study.
public final class StudyAccess {
  private StudyAccess() {}

  /// Whether this caller may read a study's plan, states and figures.
  public static boolean maySee(Caller caller, String submitter) {
    return switch (caller.role()) {
      case RESEARCHER -> caller.name().equals(submitter);
      case ADMIN, AUDITOR -> true;
      case COORDINATOR, SITE, AIRLOCK, REVIEWER, CUSTODIAN -> false;
    };
  }

  /// The one submitter whose studies this caller may see at most; empty where it may see more.
  static Optional<String> ownOnly(Caller caller) {
    return switch (caller.role()) {
      case ADMIN, AUDITOR -> Optional.empty();
      case RESEARCHER, COORDINATOR, SITE, AIRLOCK, REVIEWER, CUSTODIAN ->
          Optional.of(caller.name());
    };
  }

  /// Whether this caller may pause, resume and cancel it.
  public static boolean mayControl(Caller caller, String submitter) {
    return switch (caller.role()) {
      case RESEARCHER -> caller.name().equals(submitter);
      case ADMIN -> true;
      case COORDINATOR, SITE, AIRLOCK, REVIEWER, CUSTODIAN, AUDITOR -> false;
    };
  }
}

package dev.caisson.cli.chaos;

/// Something bad that happens once, when its trigger is met. Durations are from then on.
sealed interface Fault {
  Trigger when();

  /// SIGKILL; started again after so long.
  record KillCoordinator(Trigger when, long awayMillis) implements Fault {}

  /// SIGKILL; started again after so long.
  record KillSite(String site, Trigger when, long awayMillis) implements Fault {}

  /// SIGKILL, and nobody starts it again.
  record LoseSite(String site, Trigger when) implements Fault {}

  /// Trouble on a site's line, mended after so long.
  record Line(String site, Trigger when, Trouble trouble, long millis) implements Fault {}

  /// What can be wrong with a line.
  enum Trouble {
    /// Connections are reset, and new ones refused.
    RESET,
    /// Connections end in order, and new ones are refused.
    END,
    /// Nothing passes, then everything does.
    STALLED,
    /// The open connections are dead and nobody says so; new ones work.
    HALF_OPEN,
    /// 60 ms more for every piece, each way.
    LATENCY,
    /// One piece in ten is lost, each way, as those see it who speak through TCP.
    LOSSY,
    /// Connections are reset in the middle of what the site says next.
    TRUNCATED,
    /// 1 KB/s each way.
    SLOW
  }
}

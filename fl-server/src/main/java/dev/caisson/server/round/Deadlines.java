package dev.caisson.server.round;

import java.time.Duration;

/// Every time limit of a study. A researcher sets one, `aggregation.seconds-per-round`; the
/// coordinator's operator another, its patience; the rest follows from them.
///
/// @param round when a round has no sum by then, it ends without one; who is silent is left out at
///   the end of a phase ([#until])
/// @param uploadAfter no site sends its masked vector earlier than this after a round's start
/// @param grace how long a site that has disconnected may take to come back to the same round
/// @param check how long sites may take to say their part of a sum's check; the sum stands anyway
/// @param patience how long sites that are away are waited for before a round
/// @param enough after this long a round starts without those that are away, if the others suffice
public record Deadlines(
    Duration round,
    Duration uploadAfter,
    Duration grace,
    Duration check,
    Duration patience,
    Duration enough) {
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);
  private static final Duration MOST_GRACE = Duration.ofSeconds(30);

  /// A round's phases, and by which part of the round each is over at the latest: who is silent
  /// then is left out, and the others still have time to do without it. What takes sites
  /// milliseconds gets a little, training and the upload get half; a phase that is over early
  /// leaves its time to the next one.
  public enum Phase {
    KEYS(0.15),
    SHARES(0.3),
    VECTORS(0.8),
    CONSENTS(0.9),
    ANSWERS(1);

    private final double part;

    Phase(double part) {
      this.part = part;
    }
  }

  /// How long after a round's start a phase is over at the latest.
  public Duration until(Phase phase) {
    return Duration.ofMillis((long) (round.toMillis() * phase.part));
  }

  /// The limits of a study whose rounds may take `round`, and checks of their sums `check`.
  public static Deadlines of(
      Duration round, Duration uploadAfter, Duration check, Duration patience) {
    Duration tenth = round.dividedBy(10);
    Duration grace =
        tenth.compareTo(LEAST_GRACE) < 0
            ? LEAST_GRACE
            : tenth.compareTo(MOST_GRACE) > 0 ? MOST_GRACE : tenth;
    return new Deadlines(round, uploadAfter, grace, check, patience, patience.dividedBy(4));
  }
}

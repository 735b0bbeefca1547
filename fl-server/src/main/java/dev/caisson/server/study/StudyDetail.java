package dev.caisson.server.study;

import dev.caisson.server.round.Deadlines;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A study with everything that its researcher may know of it.
///
/// @param sites where each site of the plan stands; of a study that is over, only who was left out
///   and who has taken part
/// @param attempt the round under way, or the last one that ended without a sum
/// @param pinned the sites over which the round under way must be repeated if it breaks off; empty
///   where it may be any
/// @param rounds the latest completed rounds, oldest first
public record StudyDetail(
    StudySummary summary,
    String plan,
    Deadlines deadlines,
    List<SiteStanding> sites,
    Optional<Attempt> attempt,
    List<String> pinned,
    List<CurvePoint> rounds) {

  /// @param number which attempt of the study's rounds
  public record Attempt(long number, String purpose, String phase, Instant started) {}

  /// One completed round.
  ///
  /// @param round its figures are those of the state before this round of training
  public record CurvePoint(
      int round,
      String purpose,
      StudyLog.Figures figures,
      List<String> survivors,
      Instant ended,
      long attempt) {}
}

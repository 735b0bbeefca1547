package dev.caisson.protocol.study;

import static dev.caisson.protocol.study.StudyPlan.require;

import dev.caisson.secagg.Signatures;
import java.time.Duration;

/// How updates are bounded, weighed and added.
///
/// @param threshold how many sites must reach the end of a round for its sum to be opened
/// @param clipNorm the largest L2 norm of one site's update; longer ones are scaled down to it
/// @param uploadAfterMillis no site sends its masked vector earlier than this after its training
///   began, so that timing does not tell how many persons it trains on
/// @param maxWeight the largest weight (number of training persons) that one site may claim
/// @param signatures by which schemes sites sign what they say in a round
public record AggregationPlan(
    int threshold,
    double clipNorm,
    Weights weights,
    int maxWeight,
    int uploadAfterMillis,
    int secondsPerRound,
    Signatures signatures) {
  public AggregationPlan {
    require(
        clipNorm >= 1e-30 && clipNorm <= 1e6, "aggregation.clip-norm", "1e-30 to 1e6", clipNorm);
    require(
        maxWeight >= 1 && maxWeight <= 100_000_000,
        "aggregation.weights.maximum",
        "1 to 100000000",
        maxWeight);
    require(
        uploadAfterMillis >= 0 && uploadAfterMillis <= 3_600_000,
        "aggregation.upload-after-ms",
        "0 to 3600000",
        uploadAfterMillis);
    require(
        secondsPerRound >= 5 && secondsPerRound <= 86_400,
        "aggregation.seconds-per-round",
        "5 to 86400",
        secondsPerRound);
    require(
        uploadAfterMillis <= 500L * secondsPerRound,
        "aggregation.upload-after-ms",
        "at most half of aggregation.seconds-per-round (%d ms of %d s), or no vector comes in time"
            .formatted(500L * secondsPerRound, secondsPerRound),
        uploadAfterMillis);
  }

  /// How long each of the two steps of a sum's check may take after the round: what takes sites a
  /// second gets half a minute, and a long vector 4 µs a number (1 MB/s), at most half a round.
  ///
  /// @param numbers of the vector that is summed
  public Duration checkLimit(long numbers) {
    long more = Math.min(500L * secondsPerRound, numbers / 250);
    return Duration.ofSeconds(30).plusMillis(more);
  }

  /// Whose update counts how much. Closed, because each choice discloses something else.
  public sealed interface Weights {
    /// Every site counts the same; no count leaves a site.
    record Equal() implements Weights {}

    /// The sum of weight × update, divided by a public number: Σw stays unknown.
    record FixedDenominator(int denominator) implements Weights {
      public FixedDenominator {
        require(
            denominator >= 1, "aggregation.weights.denominator", "a positive number", denominator);
      }
    }

    /// Σw is sent too. Where sites drop out, differences of Σw reveal exact counts of persons.
    record Total() implements Weights {}
  }
}

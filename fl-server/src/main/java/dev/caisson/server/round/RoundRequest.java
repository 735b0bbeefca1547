package dev.caisson.server.round;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.trust.Digest;
import java.time.Duration;

/// A sum that is wanted.
///
/// @param number counts the study's attempts, so that no two rounds share a number
/// @param model the digest of the state vector that sites work on
/// @param uploadAfter no site sends its vector earlier than this after the start
/// @param limit when the round ends at the latest
public record RoundRequest(
    String study,
    long number,
    Purpose purpose,
    Digest model,
    Digest config,
    int threshold,
    VectorSpec vector,
    Weights weights,
    Duration uploadAfter,
    Duration limit) {
  /// The name under which sites know this round.
  public String round() {
    return purpose.label() + "-" + number;
  }
}

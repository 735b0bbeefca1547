package dev.caisson.server.round;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.message.Succession;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.Optional;

/// A sum that is wanted.
///
/// @param attempt counts the study's rounds, those that ended without a sum too
/// @param number of the state that the round starts from; the same when it is tried again
/// @param model the digest of the state vector that sites work on
/// @param succession the round whose sum gave that state, unless it is the study's first
/// @param deadlines when what of the round is over
public record RoundRequest(
    String study,
    long attempt,
    long number,
    Purpose purpose,
    Digest model,
    Optional<Succession> succession,
    Digest config,
    int threshold,
    VectorSpec vector,
    Weights weights,
    Signatures signatures,
    Deadlines deadlines) {
  /// The name under which sites know this round.
  public String round() {
    return purpose.label() + "-" + attempt;
  }

  /// The manifest of a round that starts now (in epoch milliseconds) with this cohort, in order.
  RoundManifest manifest(List<String> cohort, Digest nonce, long now) {
    return new RoundManifest(
        study,
        number,
        purpose.label(),
        model,
        config,
        cohort,
        threshold,
        vector,
        weights,
        nonce,
        now + deadlines.uploadAfter().toMillis(),
        now + deadlines.round().toMillis(),
        signatures);
  }
}

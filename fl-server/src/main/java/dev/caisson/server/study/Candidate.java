package dev.caisson.server.study;

import dev.caisson.trust.Digest;
import java.util.List;
import java.util.SortedMap;

/// A finished checkpoint with everything that its provenance rests on.
public record Candidate(
    Submission submission,
    Digest finalVector,
    List<RoundRecord> rounds,
    SortedMap<String, Digest> holdOutCommitments) {
  public Candidate {
    rounds = List.copyOf(rounds);
  }

  /// What is kept of a completed round.
  ///
  /// @param state the digest of the state vector after this round
  public record RoundRecord(
      String round, Digest manifest, Digest transcript, Digest state, List<String> survivors) {
    public RoundRecord {
      survivors = List.copyOf(survivors);
    }
  }
}

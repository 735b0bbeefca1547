package dev.caisson.airlock.service;

import dev.caisson.airlock.federated.Segment;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Where candidates come from and where they are attacked: the coordinator, as a port.
public interface CandidateSource {
  /// A candidate whose study is not known yet; waits for one for so long.
  Optional<Candidate> next(Collection<String> known, Duration wait) throws IOException;

  /// Content of a candidate, checked against its digest.
  byte[] fetch(String study, Digest digest, long maxBytes) throws IOException;

  /// Has the sites attack the candidate; the sums of these segments, one entry after the other.
  Audit audit(String study, List<Segment> segments) throws IOException;

  /// What the sites found, summed.
  ///
  /// @param sums over `sites` sites, in the order of the segments
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Audit(long[] sums, List<String> sites, Digest transcript) {}
}

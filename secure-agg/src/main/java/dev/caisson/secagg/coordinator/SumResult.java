package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.trust.Digest;
import java.util.List;

/// The end of a round that opened a sum: all that the coordinator learns of the inputs, the
/// transcript, the members of the cohort whose inputs the sum does not cover, and who broke what
/// although the round came to a sum.
public record SumResult(
    Aggregate aggregate,
    List<String> dropped,
    Digest d1,
    Digest d2,
    Digest d3,
    List<Fault> faults) {
  public SumResult {
    dropped = List.copyOf(dropped);
    faults = List.copyOf(faults);
  }

  /// Whose inputs the sum covers.
  public List<String> survivors() {
    return aggregate.survivors();
  }
}

package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.graph.GraphGuarantee;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.Optional;

/// The end of a round that opened a sum: all that the coordinator learns of the inputs, the
/// transcript, the members of the cohort whose inputs the sum does not cover, and who broke what
/// although the round came to a sum. `graph`: what a sparse graph promises of it.
public record SumResult(
    Aggregate aggregate,
    List<String> dropped,
    Digest d1,
    Digest d2,
    Digest d3,
    List<Fault> faults,
    Optional<GraphGuarantee> graph) {
  public SumResult {
    dropped = List.copyOf(dropped);
    faults = List.copyOf(faults);
  }

  /// The same sum where more is known of who broke what.
  public SumResult with(List<Fault> later) {
    return new SumResult(aggregate, dropped, d1, d2, d3, later, graph);
  }

  /// Whose inputs the sum covers.
  public List<String> survivors() {
    return aggregate.survivors();
  }
}

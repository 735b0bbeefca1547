package dev.caisson.server.round;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.coordinator.SumResult;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// How a round ended. Both ways are ordinary: sites come and go.
public sealed interface RoundOutcome {
  /// There is a sum over its survivors. Close it when the sum has been read: that of a long vector
  /// lies in a file. A short one is in memory alone and may be left to the collector.
  ///
  /// @param bytesOut payload bytes that each site of the cohort sent
  /// @param kept where the sum lies
  record Completed(
      String round, SumResult sum, SortedMap<String, Long> bytesOut, Duration took, RoundStore kept)
      implements RoundOutcome, AutoCloseable {
    @Override
    public List<Fault> faults() {
      return sum.faults();
    }

    @Override
    public void close() {
      kept.close();
    }
  }

  /// No sum was opened, for this reason.
  record Ended(String reason, List<Fault> faults) implements RoundOutcome {
    public Ended {
      faults = List.copyOf(faults);
    }
  }

  /// Who broke what.
  List<Fault> faults();

  /// The sites of the cohort that are out of the next rounds: they signed what broke a rule.
  default Set<String> culprits() {
    return faults().stream()
        .filter(fault -> fault.rule().provesCulprit())
        .map(Fault::party)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// What came over a site's connection and broke a rule without the site's signature: it cost the
  /// site this round, and may have come from whoever else has its TLS key.
  default List<Fault> unsigned() {
    return faults().stream().filter(fault -> fault.rule().isOfUnsignedBytes()).toList();
  }
}

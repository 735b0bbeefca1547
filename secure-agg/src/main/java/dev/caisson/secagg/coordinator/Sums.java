package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Weights;
import java.util.Optional;

/// Checks an unmasked sum against where honest inputs put it. A sum outside shows that some input
/// was out of range (nobody can say whose); one inside shows nothing.
final class Sums {
  private Sums() {}

  static Optional<Fault> objection(RoundManifest manifest, Survivors survivors) {
    long count = survivors.u3().size();
    int offset = 0;
    for (Segment segment : manifest.vector().segments()) {
      long most = count * segment.max();
      long least = segment instanceof Segment.Exact(_, _, _, boolean signed) && !signed ? 0 : -most;
      for (int i = 0; i < segment.length(); i++) {
        long value = survivors.sum().lifted(offset + i);
        if (value < least || value > most) {
          return fault("segment '%s', entry %d".formatted(segment.name(), i));
        }
      }
      offset += segment.length();
    }
    if (manifest.weights() instanceof Weights.Total(long maxWeight)) {
      long total = survivors.sum().lifted(offset);
      if (total < count || total > count * maxWeight) {
        return fault("the sum of weights");
      }
    }
    return Optional.empty();
  }

  private static Optional<Fault> fault(String where) {
    return Optional.of(
        new Fault(
            Rule.SUM_RANGE,
            "some survivor",
            "%s lies where no honest inputs put it: some input was out of range".formatted(where)));
  }
}

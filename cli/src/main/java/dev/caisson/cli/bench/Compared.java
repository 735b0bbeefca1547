package dev.caisson.cli.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/// One workload's runs on both sides. The figures of a side are its medians over the runs.
///
/// @param engines each engine's runs by its name, the one that is compared first; none where it
///   cannot train this
/// @param peer empty where none was given
record Compared(
    Workload workload, SequencedMap<String, List<Measured>> engines, List<Measured> peer) {
  Compared {
    engines = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(engines));
    peer = List.copyOf(peer);
    if (engines.isEmpty() || engines.firstEntry().getValue().isEmpty()) {
      throw new IllegalArgumentException("nothing of ours was measured for " + workload);
    }
  }

  /// The first engine's runs.
  List<Measured> caisson() {
    return engines.firstEntry().getValue();
  }

  double samplesPerSecond() {
    return Median.of(caisson(), Measured::samplesPerSecond);
  }

  double peakRssMiB() {
    return Median.of(caisson(), Measured::peakRssMiB);
  }

  OptionalDouble peerSamplesPerSecond() {
    return ofPeer(Measured::samplesPerSecond);
  }

  OptionalDouble peerPeakRssMiB() {
    return ofPeer(Measured::peakRssMiB);
  }

  /// Our samples per second as a share of the peer's; above 1 is faster.
  Optional<Double> speedRatio() {
    return ratio(samplesPerSecond(), peerSamplesPerSecond());
  }

  /// Our peak memory as a share of the peer's; below 1 is less.
  Optional<Double> memoryRatio() {
    return ratio(peakRssMiB(), peerPeakRssMiB());
  }

  private OptionalDouble ofPeer(ToDoubleFunction<Measured> figure) {
    return peer.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Median.of(peer, figure));
  }

  private static Optional<Double> ratio(double ours, OptionalDouble theirs) {
    return theirs.isPresent() ? Optional.of(ours / theirs.getAsDouble()) : Optional.empty();
  }
}

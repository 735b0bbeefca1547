package dev.caisson.airlock.dossier;

import dev.caisson.trust.Digest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a federation trained the model, as the caller knows it: study, plan, first and last weights,
/// who took part, what happened in each round, how it was trained and with which software.
/// `seedCommitments` holds each site's committed digest of the seed that chose whom it held out.
public record Training(
    String study,
    Digest plan,
    Digest initialModel,
    Digest finalModel,
    List<String> cohort,
    int rounds,
    List<Digest> roundTranscripts,
    String recipe,
    SortedMap<String, Digest> seedCommitments,
    String software,
    Instant created) {

  public Training {
    cohort = List.copyOf(cohort);
    roundTranscripts = List.copyOf(roundTranscripts);
    seedCommitments = Collections.unmodifiableSortedMap(new TreeMap<>(seedCommitments));
    if (rounds < 1) {
      throw new IllegalArgumentException("a model comes from at least one round, got " + rounds);
    }
    if (cohort.isEmpty()) {
      throw new IllegalArgumentException("a model comes from at least one site");
    }
    if (!cohort.containsAll(seedCommitments.keySet())) {
      throw new IllegalArgumentException(
          "seed commitments of %s, cohort %s".formatted(seedCommitments.keySet(), cohort));
    }
  }
}

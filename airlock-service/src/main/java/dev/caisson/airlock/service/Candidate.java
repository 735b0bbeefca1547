package dev.caisson.airlock.service;

import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A finished checkpoint as the coordinator describes it. Content is fetched by digest.
public record Candidate(
    String study,
    String submitter,
    StudyPlan plan,
    Digest model,
    Digest finalVector,
    int parameters,
    List<String> survivors,
    int rounds,
    List<Digest> transcripts,
    SortedMap<String, Digest> holdOutCommitments,
    String software) {
  public Candidate {
    if (!study.matches("[a-z0-9][a-z0-9-]{0,99}")) { // it becomes a folder's name
      throw new IllegalArgumentException(
          "a study's name is 1 to 100 of a-z, 0-9 and '-', got '%s'".formatted(study));
    }
    if (rounds < 1 || survivors.isEmpty()) {
      throw new IllegalArgumentException(
          "study '%s' comes from %d rounds of %d sites".formatted(study, rounds, survivors.size()));
    }
    survivors = List.copyOf(survivors);
    transcripts = List.copyOf(transcripts);
    holdOutCommitments = new TreeMap<>(holdOutCommitments);
  }
}

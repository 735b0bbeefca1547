package dev.caisson.airlock.dossier;

import dev.caisson.trust.Digest;

/// The model that is asked about: the exact bytes, by digest, under a name that can be a folder's.
public record Candidate(String name, Digest model, long bytes) {
  public Candidate {
    if (!name.matches("[a-z0-9][a-z0-9.-]{0,62}") || name.contains("..")) {
      throw new IllegalArgumentException(
          "a candidate's name is 1 to 63 of a-z, 0-9, '.', '-', got '%s'".formatted(name));
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("a model has bytes, got " + bytes);
    }
  }
}

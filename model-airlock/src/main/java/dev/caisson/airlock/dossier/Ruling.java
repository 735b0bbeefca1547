package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Verdict;
import java.util.ArrayList;
import java.util.List;

/// The advisory verdict and its reasons, from the checks alone. Until there are reference-model
/// attacks and a signed policy it knows two answers: a blocking check blocks, everything else needs
/// a person.
record Ruling(Verdict verdict, List<String> why) {
  static Ruling of(List<Check> checks) {
    List<String> why = new ArrayList<>();
    for (Check check : checks) {
      if (check.status() == Finding.Status.BLOCK) {
        why.add("%s: %s".formatted(check.name(), check.why()));
      }
    }
    if (!why.isEmpty()) {
      why.add(
          "A finding of this kind is a fact about the file, not an estimate; nobody can waive it.");
      return new Ruling(Verdict.BLOCKS, why);
    }
    why.add(
        "Nothing found forbids release, and nothing found clears it: no attack with reference models was"
            + " run, and only those find what the attacks here miss.");
    why.add("No signed release policy was applied, so no figure has been held against a limit.");
    for (Check check : checks) {
      if (check.status() == Finding.Status.WARN) {
        why.add("To be weighed, %s: %s".formatted(check.name(), check.why()));
      }
    }
    return new Ruling(Verdict.NEEDS_A_PERSON, why);
  }
}

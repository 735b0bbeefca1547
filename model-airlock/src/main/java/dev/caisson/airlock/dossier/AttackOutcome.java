package dev.caisson.airlock.dossier;

import dev.caisson.airlock.statistics.Figures;

/// What came of one attack in an assessment: it ran, or it said in words why it could not.
/// `plainly` says what it does, in one sentence without a subject: "calls a person a member if
/// ...".
public sealed interface AttackOutcome {
  String name();

  String plainly();

  /// `seconds` is what it took, on the machine and the threads that the provenance names.
  record Ran(String name, String plainly, Figures figures, double seconds)
      implements AttackOutcome {}

  record Refused(String name, String plainly, String why) implements AttackOutcome {}
}

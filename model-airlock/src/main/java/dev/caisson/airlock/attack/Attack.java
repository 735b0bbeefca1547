package dev.caisson.airlock.attack;

import java.util.Optional;

/// A membership attack that needs no further training: from outputs and labels to one score a
/// person, higher meaning "more likely a member". A score is fixed by that person's own outputs and
/// label; what scores say about people is `statistics`' business. One file and one test each.
public interface Attack {
  /// A short stable name, for dossiers and evidence: `loss`, `gap`.
  String name();

  /// What it does, in one sentence for a reader who is no statistician.
  String plainly();

  /// Why it cannot be run on this kind of model, if so.
  Optional<String> refuses(Task task);

  /// One finite score per person. Only for a task that it does not refuse.
  double[] scores(Predictions predictions);
}

package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Trial;
import java.util.List;
import java.util.Optional;

/// A membership attack on one model that trains no further model of its kind. One file, one attack;
/// what its scores say about people is `statistics`' business.
///
/// Guarantee that each must keep: given what a trial's rule was made from, members and non-members
/// of the trial stand alike if they were drawn alike. So a rule is made from other persons than it
/// scores, or from all of them without looking at who is a member.
public interface Attack {
  /// A short stable name, for dossiers and evidence: `loss`, `gap`.
  String name();

  /// What it does, in one sentence for a reader who is no statistician.
  String plainly();

  /// Why it cannot be run with what is at hand, if so.
  Optional<String> refuses(Setting setting);

  /// Scores per person, higher meaning "more likely a member". Only for a setting that it does not
  /// refuse; the same seed gives the same scores.
  List<Trial> attack(Exhibit exhibit, long seed);
}

package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Trial;
import java.util.List;

/// An attack whose score is fixed by a row's own outputs and label, so that sites which share no
/// rows compute the same scores, each for itself.
public interface FixedRule extends Attack {
  /// One finite score per row. Only for a task that it does not refuse.
  double[] scores(Predictions predictions);

  @Override
  default List<Trial> attack(Exhibit exhibit, long seed) {
    return List.of(exhibit.trial(exhibit.joined(scores(exhibit.predictions()))));
  }
}

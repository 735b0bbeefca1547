package dev.caisson.airlock.assess;

import dev.caisson.airlock.attack.Attack;
import dev.caisson.airlock.attack.Attribute;
import dev.caisson.airlock.attack.AttributeAttack;
import dev.caisson.airlock.attack.Exhibit;
import dev.caisson.airlock.attack.GapAttack;
import dev.caisson.airlock.attack.LabelOnlyAttack;
import dev.caisson.airlock.attack.LossAttack;
import dev.caisson.airlock.attack.QuantileAttack;
import dev.caisson.airlock.attack.WorstCaseAttack;
import dev.caisson.airlock.statistics.Figures;
import dev.caisson.airlock.statistics.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The attacks that need no further training, run one after the other.
final class Panel {
  /// Rows a side that the label-only attack disturbs, 20 times each: a standard deviation of the
  /// AUC of .004.
  private static final int DISTURBED = 5_000;

  /// Changed rows a side that attribute inference asks about, for each attribute.
  private static final int GUESSES = 20_000;

  private Panel() {}

  /// What came of one attack.
  sealed interface Outcome {
    Attack attack();

    record Ran(Attack attack, List<Trial> trials, Figures figures, double seconds)
        implements Outcome {}

    record Refused(Attack attack, String why) implements Outcome {}
  }

  /// Each attack's outcome; the first is LOSS. Every attack draws from a seed of its own.
  static List<Outcome> run(Exhibit exhibit, List<Attribute> attributes, long seed, Phases phases) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Attack attack : attacks(attributes)) {
      phases.begin(
          attack instanceof AttributeAttack
              ? "attack: attribute inference"
              : "attack: " + attack.name());
      outcomes.add(one(attack, exhibit, seed + 31L * outcomes.size()));
    }
    return outcomes;
  }

  private static List<Attack> attacks(List<Attribute> attributes) {
    List<Attack> attacks = new ArrayList<>();
    attacks.add(new LossAttack());
    attacks.add(new GapAttack());
    attacks.add(new QuantileAttack());
    attacks.add(new WorstCaseAttack());
    attacks.add(new LabelOnlyAttack(DISTURBED));
    for (Attribute attribute : attributes) {
      attacks.add(new AttributeAttack(attribute, GUESSES));
    }
    return attacks;
  }

  private static Outcome one(Attack attack, Exhibit exhibit, long seed) {
    Optional<String> refusal = attack.refuses(exhibit.setting());
    if (refusal.isPresent()) {
      return new Outcome.Refused(attack, refusal.get());
    }
    long start = System.nanoTime();
    List<Trial> trials = attack.attack(exhibit, seed);
    Figures figures = Figures.of(trials, seed);
    return new Outcome.Ran(attack, trials, figures, (System.nanoTime() - start) / 1e9);
  }

  /// Why no attack could run at all.
  static List<Outcome> refused(String why) {
    return attacks(List.of()).stream()
        .map(attack -> (Outcome) new Outcome.Refused(attack, why))
        .toList();
  }
}

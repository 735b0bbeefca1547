package dev.caisson.airlock.policy;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.GapAttack;
import dev.caisson.airlock.statistics.Figures;

/// What came of one attack.
public sealed interface Tried {
  /// The attack's name, fit to show.
  String attack();

  /// It ran.
  ///
  /// @param references how many reference models it had; 0 for one that needs none
  record Ran(String attack, int references, Figures figures) implements Tried {
    public Ran {
      attack = Finding.printable(attack);
      if (references < 0) {
        throw new IllegalArgumentException("%d reference models".formatted(references));
      }
    }

    /// Only attacks with reference models clear a model.
    public boolean isReference() {
      return references > 0;
    }

    /// The gap attack sees only whether the model is right: its figure is shown and never counted.
    public boolean isAdvisory() {
      return attack.equals(GapAttack.NAME);
    }
  }

  /// It could not run.
  ///
  /// @param why the attack's own words
  record Refused(String attack, String why) implements Tried {
    public Refused {
      attack = Finding.printable(attack);
      why = Finding.printable(why);
    }
  }
}

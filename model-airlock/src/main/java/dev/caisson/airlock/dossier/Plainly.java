package dev.caisson.airlock.dossier;

import dev.caisson.airlock.statistics.Auc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The figures as a sentence that needs no statistics: always against guessing.
final class Plainly {
  private Plainly() {}

  static String say(Auc auc, double tprAtOnePerHundred, double smallestDetectable) {
    return say(
        auc.value(),
        List.of(auc.interval().lower(), auc.interval().upper()),
        tprAtOnePerHundred,
        smallestDetectable);
  }

  /// Without `tpr`, nothing is said of accusations.
  static String say(
      double auc, List<Double> interval, @Nullable Double tpr, double smallestDetectable) {
    StringBuilder text = new StringBuilder();
    text.append(
        "Shown one member and one person who was not in the training data, both of the same site, an"
            + Markup.format(
                " attacker who looks at how well the model fits each picks the member %s times in 100 (95%% interval %s to %s). Guessing gives 50.",
                hundred(auc), hundred(interval.getFirst()), hundred(interval.getLast())));
    if (tpr != null) {
      text.append(accusations(tpr));
    }
    text.append(
        Markup.format(
                " With this many people a leak of this kind that lets the attacker pick correctly fewer than %s",
                hundred(smallestDetectable))
            + " times in 100 may go unseen.");
    return text.toString();
  }

  private static String accusations(double tpr) {
    if (tpr == 0) {
      return " Allowed to accuse wrongly no more than 1 non-member in 100, the attacker finds no member.";
    }
    // Bayes at prior one half: tpr / (tpr + .01)
    return Markup.format(
        " Allowed to accuse wrongly no more than 1 non-member in 100, the attacker finds %.1f%% of the"
            + " members; if half of the people in question were members, %.0f in 100 of these"
            + " accusations would be right.",
        100 * tpr, 100 * tpr / (tpr + 0.01));
  }

  private static String hundred(double share) {
    return String.valueOf(Math.round(100 * share));
  }
}

package dev.caisson.airlock.evidence;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.Auc;
import java.util.Locale;

/// An attack that ranks members *below* non-members is a finding, not a comfort: swapped classes, a
/// missing scaler, sides that were taken from different people, or members left out on purpose look
/// like that. Warns where the 95% interval lies wholly under .5, which happens by chance to one
/// attack in forty on exchangeable sides.
public final class Direction {
  private static final String NAME = "evidence.direction";

  private Direction() {}

  /// Of the attack by this name.
  public static Check check(String attack, Auc auc) {
    boolean backwards = auc.interval().upper() < 0.5;
    String what =
        String.format(
            Locale.ROOT,
            "%s: AUC %.3f (95%%: %.3f to %.3f)",
            attack,
            auc.value(),
            auc.interval().lower(),
            auc.interval().upper());
    return Check.measured(
        NAME,
        backwards ? Finding.Status.WARN : Finding.Status.PASS,
        auc.value(),
        auc.interval(),
        0.5,
        backwards
            ? what + ": members rank below non-members; find out why before anything is believed"
            : what);
  }
}

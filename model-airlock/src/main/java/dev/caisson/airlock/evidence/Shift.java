package dev.caisson.airlock.evidence;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.DomainClassifier;
import dev.caisson.airlock.attack.Inputs;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.Auc;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/// Can members and non-members be told apart by inputs and label alone, without the model? Then the
/// sides were not drawn alike, and LOSS and quantile measure that difference together with what the
/// model remembers. Warns at p <= .01; on exchangeable sides P(p <= a) <= a, because each fit is
/// judged on persons that it did not learn from and the test is a permutation test.
///
/// On persons with at most some 20,000 rows, drawn by the seed. Not found: differences that trees
/// of three levels do not see, and small ones in few people (the interval says how small).
public final class Shift {
  private static final String NAME = "evidence.shift";
  private static final int MOST_ROWS = 20_000;
  private static final double SIGNIFICANT = 0.01;

  private Shift() {}

  /// The members' `memberRows` rows come first; `personOf` names each row's person by 0..n-1,
  /// nobody on both sides.
  public static Check check(
      Inputs rows, float[] labels, int memberRows, int[] personOf, long seed) {
    int members = persons(personOf, 0, memberRows);
    int others = persons(personOf, memberRows, personOf.length);
    if (Math.min(members, others) < DomainClassifier.LEAST) {
      return new Check(
          NAME,
          Finding.Status.WARN,
          null,
          null,
          null,
          "needs %d persons a side to tell whether members and non-members differ without the model, there are %d"
              .formatted(DomainClassifier.LEAST, Math.min(members, others)));
    }
    Auc auc =
        Auc.ofTrials(
            DomainClassifier.trials(rows, labels, memberRows, personOf, MOST_ROWS, seed), seed);
    boolean shifted = auc.p() <= SIGNIFICANT;
    String figures = String.format(Locale.ROOT, "AUC %.3f, p %.2g", auc.value(), auc.p());
    return Check.measured(
        NAME,
        shifted ? Finding.Status.WARN : Finding.Status.PASS,
        auc.value(),
        auc.interval(),
        0.5,
        shifted
            ? "members and non-members differ even without the model (%s): LOSS and quantile figures measure that too"
                .formatted(figures)
            : "inputs and labels alone do not tell members from non-members (%s)"
                .formatted(figures));
  }

  private static int persons(int[] personOf, int from, int to) {
    BitSet seen = new BitSet();
    for (int row = from; row < to; row++) {
      seen.set(personOf[row]);
    }
    return seen.cardinality();
  }

  /// The same where every row is a person of its own.
  public static Check check(Inputs rows, float[] labels, int memberRows, long seed) {
    int[] persons = new int[labels.length];
    Arrays.setAll(persons, row -> row);
    return check(rows, labels, memberRows, persons, seed);
  }
}

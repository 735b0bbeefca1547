package dev.caisson.airlock.evidence;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.Inputs;
import dev.caisson.airlock.dossier.Check;
import java.util.List;
import java.util.Locale;

/// Are members' rows among the non-members? Then non-members look like members, and every attack
/// looks harmless. Rows are compared as the model sees them, with their labels: exactly, and in all
/// cells but one (the label being equal). Not found: copies that were changed in two columns or
/// more.
///
/// Rows with few values coincide by chance, and such rows do not warn. Exact duplicates warn
/// - if they have nobody of their kind around ([TwinSearch]): they are copies, however few, also
///   where a whole table held everybody twice before it was split; or
/// - if, among groups of up to 10 equal rows, more pairs lie across the sides than if the sides had
///   been dealt by chance, by 3.5 deviations and 3 pairs: under .3% on exchangeable sides; or
/// - if more rows come in twos than independent draws from any population give ([Coincidence]).
///
/// Rows that are equal in all cells but one warn by the first rule, and by the second with more
/// pairs and deviations, as each column is left out once.
///
/// The first rule has no exact rate; on simulated tables from plain to continuous, sides
/// exchangeable, it spoke in under 1 of 100 (`DuplicatesTest`). Rows of which fewer than six
/// columns are known are not looked at for near-duplicates: too many agree by chance. Not told from
/// chance: few copies among many rows of few values, dealt to both sides alike.
public final class Duplicates {
  private static final String EXACT = "evidence.duplicates";
  private static final String NEAR = "evidence.near-duplicates";
  private static final double SURPRISING = 3.5;
  private static final int FEWEST_COLUMNS = 6;

  private Duplicates() {}

  /// The members' `memberRows` rows come first. 16 bytes a row beside the rows themselves.
  public static List<Check> check(Inputs rows, float[] labels, int memberRows) {
    TwinSearch search = new TwinSearch(new RowHashes(rows, labels), memberRows);
    int others = labels.length - memberRows;
    Check exact = exact(search.equal(), memberRows, others);
    if (rows.width() < FEWEST_COLUMNS) {
      return List.of(
          exact,
          new Check(
              NEAR,
              Finding.Status.PASS,
              null,
              null,
              null,
              "not applicable: rows of %d columns agree in all but one by chance"
                  .formatted(rows.width())));
    }
    return List.of(exact, near(search.near(), others));
  }

  private static Check exact(TwinSearch.Equal equal, int members, int others) {
    Coincidence across = equal.across();
    String within =
        "; on their own side, %d of %d members' rows and %d of %d non-members' have an equal"
            .formatted(across.membersTwice(), members, across.othersTwice(), others);
    if (across.othersAcross() == 0) {
      return measured(
          EXACT, false, 0, "no non-member's row equals a member's in all cells and label" + within);
    }
    boolean surprising = equal.alone() || across.excess() > SURPRISING || across.paired();
    double share = (double) across.othersAcross() / others;
    String what =
        "%d of %d non-members' rows (%s) equal a member's in all cells and label"
            .formatted(across.othersAcross(), others, percent(share));
    return measured(
        EXACT,
        surprising,
        share,
        what
            + (surprising
                ? ", not by chance: members are among the non-members, or one table was dealt to both"
                : ", as rows with so few values do by chance")
            + within);
  }

  private static Check near(TwinSearch.Near near, int others) {
    if (near.others() == 0) {
      return measured(NEAR, false, 0, "no non-member's row equals a member's in all cells but one");
    }
    double share = (double) near.others() / others;
    String what =
        "%d of %d non-members' rows (%s) equal a member's in all cells but one"
            .formatted(near.others(), others, percent(share));
    return measured(
        NEAR,
        near.alone() || near.dealt(),
        share,
        what
            + (near.alone()
                ? ", and are like nobody else: they may be members' rows, altered"
                : near.dealt()
                    ? ", more than if the sides had been dealt by chance: they may be members' rows, altered"
                    : ", as rows with so few values do by chance"));
  }

  private static Check measured(String name, boolean warns, double share, String why) {
    return Check.measured(
        name, warns ? Finding.Status.WARN : Finding.Status.PASS, share, null, null, why);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.1 ? "%.2g%%" : "%.1f%%", 100 * share);
  }
}

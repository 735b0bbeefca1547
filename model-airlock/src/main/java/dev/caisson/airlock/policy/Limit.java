package dev.caisson.airlock.policy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Every number of a policy: where it stands in the file, what it may be, which way is stricter,
/// and what it means.
public enum Limit {
  PERSONS_EACH_SIDE(
      "floors",
      "persons-each-side",
      Stricter.HIGHER,
      20,
      1e8,
      "persons among the members, and among the non-members, at least"),
  PERSONS_FOR_TPR_AT_1_PERCENT(
      "floors",
      "persons-for-tpr-at-1-percent",
      Stricter.HIGHER,
      200,
      1e8,
      "persons on each side before the TPR at FPR 1% counts"),
  PERSONS_FOR_TPR_AT_01_PERCENT(
      "floors",
      "persons-for-tpr-at-0.1-percent",
      Stricter.HIGHER,
      2_000,
      1e8,
      "persons on each side before the TPR at FPR 0.1% is shown as an estimate"),
  REFERENCES(
      "floors",
      "references",
      Stricter.HIGHER,
      1,
      10_000,
      "reference models behind each reference attack, at least"),
  REFERENCES_FOR_MEMORISATION(
      "floors",
      "references-for-memorisation",
      Stricter.HIGHER,
      2,
      10_000,
      "reference models before memorisation is told person by person"),
  K(
      "structure",
      "k",
      Stricter.HIGHER,
      2,
      1_000,
      "persons who share an output, or a table's entry, at least"),
  RESIDUAL_DEGREES_OF_FREEDOM(
      "structure",
      "residual-degrees-of-freedom",
      Stricter.HIGHER,
      0,
      1e6,
      "persons beyond the parameters of an unpenalised linear model, at least"),
  SURVIVAL_CELL(
      "structure",
      "survival-cell",
      Stricter.HIGHER,
      2,
      1_000,
      "persons behind each step of a survival curve or baseline, at least"),
  SMALLEST_LEAF(
      "structure", "smallest-leaf", Stricter.HIGHER, 1, 1e6, "persons in each leaf, at least"),
  AUC_SUPPORT(
      "attacks",
      "auc-support",
      Stricter.LOWER,
      0.5,
      1,
      "an attack's AUC must be shown to be below this to support release"),
  AUC_BLOCK(
      "attacks",
      "auc-block",
      Stricter.LOWER,
      0.5,
      1,
      "an attack's AUC shown to be above this blocks"),
  TPR_AT_1_PERCENT_SUPPORT(
      "attacks",
      "tpr-at-1-percent-support",
      Stricter.LOWER,
      0.01,
      1,
      "members found at FPR 1%: must be shown to be below this to support release"),
  TPR_AT_1_PERCENT_BLOCK(
      "attacks",
      "tpr-at-1-percent-block",
      Stricter.LOWER,
      0.01,
      1,
      "members found at FPR 1%: shown to be above this blocks"),
  MEMORISATION_BLOCK(
      "attacks",
      "memorisation-block",
      Stricter.LOWER,
      0,
      1,
      "a person memorised by more than this blocks"),
  MEMORISATION_FALSE_DISCOVERY_RATE(
      "attacks",
      "memorisation-false-discovery-rate",
      Stricter.HIGHER,
      0,
      0.5,
      "false discovery rate of the list of memorised persons"),
  ALPHA(
      "tests",
      "alpha",
      Stricter.NEITHER,
      0,
      0.2,
      "chance of error of all claims together; attempt j is cleared at alpha / 2^j, every attempt blocked at alpha / 2"),
  ATTEMPTS(
      "tests",
      "attempts-before-a-person",
      Stricter.LOWER,
      1,
      10,
      "assessments of one model line before a person must look, whatever the figures"),
  DUPLICATE_ROWS(
      "data",
      "duplicate-rows",
      Stricter.LOWER,
      0,
      1,
      "share of members' rows that stand among the non-members too, at most"),
  SANITISED_LOW_BITS(
      "release",
      "sanitised-low-bits",
      Stricter.HIGHER,
      0,
      16,
      "lowest bits of each weight that get fresh randomness"),
  PUBLIC_SMALLEST_CELL(
      "release",
      "public-smallest-cell",
      Stricter.HIGHER,
      2,
      1_000,
      "smallest count of persons that the public dossier shows");

  /// Which way a number is stricter. NEITHER: a smaller alpha clears less and blocks less.
  public enum Stricter {
    HIGHER,
    LOWER,
    NEITHER
  }

  private final String section;
  private final String key;
  private final Stricter stricter;
  private final double least;
  private final double most;
  private final String meaning;

  Limit(String section, String key, Stricter stricter, double least, double most, String meaning) {
    this.section = section;
    this.key = key;
    this.stricter = stricter;
    this.least = least;
    this.most = most;
    this.meaning = meaning;
  }

  public String section() {
    return section;
  }

  /// The key within its section; no two limits share one.
  public String key() {
    return key;
  }

  public String meaning() {
    return meaning;
  }

  public Stricter stricter() {
    return stricter;
  }

  /// Whether it counts something.
  boolean whole() {
    return most >= 10;
  }

  /// What it may be, in words.
  public String range() {
    if (whole()) {
      return String.format(Locale.ROOT, "a whole number from %.0f to %.0f", least, most);
    }
    return "a number %s %s, %s"
        .formatted(
            openBelow() ? "above" : "from",
            text(least),
            (openAbove() ? "below " : "at most ") + text(most));
  }

  boolean allows(double value) {
    boolean below = openBelow() ? value <= least : value < least;
    boolean above = openAbove() ? value >= most : value > most;
    return !below && !above && (!whole() || value == Math.rint(value));
  }

  /// At .5 (and a TPR of 1% at FPR 1%) an attack only guesses, which no figure can be shown to be
  /// below; an alpha or rate of 0 never finds anything.
  private boolean openBelow() {
    return !whole() && this != DUPLICATE_ROWS && this != MEMORISATION_BLOCK;
  }

  private boolean openAbove() {
    return !whole() && this != ALPHA && this != MEMORISATION_FALSE_DISCOVERY_RATE;
  }

  /// Whether `value` lets more pass than `other` does, in whatever direction.
  boolean looser(double value, double other) {
    return switch (stricter) {
      case HIGHER -> value < other;
      case LOWER -> value > other;
      case NEITHER -> value != other;
    };
  }

  /// A value as people write it.
  public static String text(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  static List<Limit> of(String section) {
    return Arrays.stream(values()).filter(limit -> limit.section.equals(section)).toList();
  }

  static List<String> sections() {
    return Arrays.stream(values()).map(Limit::section).distinct().toList();
  }
}

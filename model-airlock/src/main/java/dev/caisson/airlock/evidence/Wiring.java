package dev.caisson.airlock.evidence;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Was the model asked as it was meant to be? A missing scaler, reversed columns or swapped classes
/// make a model look harmless to every attack, because it then knows nobody, members included.
///
/// So the metric that the researcher declared must come out again on the non-members: what was
/// declared, widened by its own rounding, has to meet the metric's 95% interval. And on both sides
/// the model must beat the trivial predictor at one-sided 5%: an AUC of .5 where there are classes,
/// the mean of the labels in regression. Anything else warns: the input mapping is not believed.
///
/// Not guaranteed: without a declared metric a wrong mapping that still beats guessing is not seen,
/// and a warning says so. A true claim made on *other* people than these non-members fails one time
/// in twenty, or more often the fewer people it was made on. With few non-members the interval is
/// wide and refutes little.
public final class Wiring {
  static final String NAME = "evidence.wiring";
  private static final int FEWEST = 10;
  private static final long MOST_OUTPUTS = 20_000_000;

  private Wiring() {}

  /// The members' `memberRows` rows come first; `personOf` names each row's person. A model with
  /// many outputs is measured on the first rows of either side, 20 million outputs.
  public static List<Check> check(
      Predictions predictions, int memberRows, int[] personOf, List<Claim> claims) {
    int most = (int) Math.min(Integer.MAX_VALUE, MOST_OUTPUTS / predictions.width());
    int rows = predictions.rows();
    int to = (int) Math.min(rows, memberRows + (long) most);
    List<Check> checks = new ArrayList<>();
    if (Arrays.stream(personOf, memberRows, to).distinct().limit(FEWEST).count() < FEWEST) {
      checks.add(
          warn(
              "fewer than %d non-members: a wrong input mapping cannot be told from chance"
                  .formatted(FEWEST)));
      return checks;
    }
    if (claims.isEmpty()) {
      checks.add(warn("no held-out metric was declared, so a wrong mapping could go unseen"));
    }
    for (Claim claim : claims) {
      checks.add(
          Measurement.of(claim.metric(), predictions, memberRows, to, personOf)
              .map(measured -> held(claim, measured))
              .orElseGet(
                  () ->
                      warn(
                          "%s was declared, but cannot be measured: the non-members have one label only"
                              .formatted(claim.metric().words()))));
    }
    checks.add(beatsTrivial(predictions, memberRows, to, personOf, "non-members"));
    int fewer = Math.min(memberRows, most);
    checks.add(beatsTrivial(predictions, 0, fewer, personOf, "members"));
    return checks;
  }

  private static Check held(Claim claim, Measurement measured) {
    boolean meets =
        claim.upper() >= measured.interval().lower()
            && claim.lower() <= measured.interval().upper();
    String what =
        "%s is %s on %d non-members (95%%: %s to %s), %s was declared"
            .formatted(
                claim.metric().words(),
                shown(measured.value()),
                measured.persons(),
                shown(measured.interval().lower()),
                shown(measured.interval().upper()),
                shown(claim.value()));
    return Check.measured(
        NAME,
        meets ? Finding.Status.PASS : Finding.Status.WARN,
        measured.value(),
        measured.interval(),
        claim.value(),
        meets ? what : "input mapping not believed: " + what);
  }

  /// What a model without any knowledge reaches.
  private record Trivial(Metric metric, double value, String who) {
    static Optional<Trivial> of(Task task) {
      return switch (task) {
        case BINARY, MULTICLASS -> Optional.of(new Trivial(Metric.AUC, 0.5, "guessing"));
        case REGRESSION -> Optional.of(new Trivial(Metric.R2, 0, "the mean"));
        case SURVIVAL, RISK -> Optional.empty();
      };
    }
  }

  private static Check beatsTrivial(
      Predictions predictions, int from, int to, int[] personOf, String side) {
    Optional<Trivial> trivial = Trivial.of(predictions.task());
    if (trivial.isEmpty()) {
      return warn(
          "no trivial predictor is known for this task: that the model knows its %s is not shown"
              .formatted(side));
    }
    Metric metric = trivial.get().metric();
    return Measurement.of(metric, predictions, from, to, personOf)
        .map(measured -> compared(measured, trivial.get(), side))
        .orElseGet(
            () ->
                warn(
                    "the %s have one label only: the model cannot be compared with %s"
                        .formatted(side, trivial.get().who())));
  }

  private static Check compared(Measurement measured, Trivial trivial, String side) {
    boolean beats = measured.lowerBound() > trivial.value();
    String what =
        "%s is %s on %d %s; %s has %s"
            .formatted(
                measured.metric().words(),
                shown(measured.value()),
                measured.persons(),
                side,
                trivial.who(),
                shown(trivial.value()));
    return Check.measured(
        NAME,
        beats ? Finding.Status.PASS : Finding.Status.WARN,
        measured.value(),
        measured.interval(),
        trivial.value(),
        beats
            ? what
            : "input mapping not believed: the model does not beat %s: %s"
                .formatted(trivial.who(), what));
  }

  private static Check warn(String why) {
    return new Check(NAME, Finding.Status.WARN, null, null, null, why);
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}

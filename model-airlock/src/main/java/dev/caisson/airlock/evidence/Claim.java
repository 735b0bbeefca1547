package dev.caisson.airlock.evidence;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.Task;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// What the researcher says that the model reaches on the non-members: `auc=.81`. It stands for
/// every value that rounds to it, `value` up and down by `rounding` (here .805 to .815).
public record Claim(Metric metric, double value, double rounding) {
  private static final int MOST_DIGITS = 20;
  private static final double COARSEST_SHARE = 0.005; // two digits after the point
  private static final double COARSEST_RELATIVE = 0.05;

  public Claim {
    if (!metric.allows(value) || !(rounding > 0)) {
      throw new UnclearClaimException(
          "%s is %s to %s, got %s (rounded by %s)"
              .formatted(metric.words(), metric.least(), metric.most(), value, rounding));
    }
  }

  /// Reads `auc=.81` or several, `auc=.81,log-loss=0.412`, of a model for this task. A claim so
  /// coarse that it would excuse anything is refused: shares and r2 need two digits after the
  /// point, errors and losses two that count.
  public static List<Claim> parse(String text, Task task) {
    List<Claim> claims = new ArrayList<>();
    Set<Metric> seen = EnumSet.noneOf(Metric.class);
    for (String part : text.split(",", -1)) {
      Claim claim = one(part.strip(), task);
      if (!seen.add(claim.metric)) {
        throw new UnclearClaimException("%s is declared twice".formatted(claim.metric.words()));
      }
      claims.add(claim);
    }
    return List.copyOf(claims);
  }

  private static Claim one(String part, Task task) {
    int equals = part.indexOf('=');
    String name = equals < 0 ? part : part.substring(0, equals).strip();
    String number = equals < 0 ? "" : part.substring(equals + 1).strip();
    List<Metric> allowed = Metric.of(task);
    if (allowed.isEmpty()) {
      throw new UnclearClaimException(
          "no metric can be declared of a risk score: nothing here can be held against it");
    }
    Metric metric =
        allowed.stream()
            .filter(m -> m.words().equals(name))
            .findFirst()
            .orElseThrow(() -> unknown(name, task, allowed));
    if (number.length() > MOST_DIGITS || !number.matches("-?(\\d+\\.?\\d*|\\.\\d+)")) {
      throw new UnclearClaimException(
          "%s needs a plain decimal number, such as %s=.81, got '%s'"
              .formatted(name, name, Finding.printable(number)));
    }
    BigDecimal value = new BigDecimal(number.endsWith(".") ? number + "0" : number);
    double rounding = Math.pow(10, -value.scale()) / 2;
    boolean relative = !metric.share() && metric != Metric.R2;
    double coarsest = relative ? COARSEST_RELATIVE * Math.abs(value.doubleValue()) : COARSEST_SHARE;
    if (metric.allows(value.doubleValue()) && rounding > coarsest * (1 + 1e-9)) {
      throw new UnclearClaimException(
          "%s=%s could mean anything from %s to %s: give %s"
              .formatted(
                  name,
                  number,
                  value.doubleValue() - rounding,
                  value.doubleValue() + rounding,
                  relative ? "two digits that count" : "two digits after the point"));
    }
    return new Claim(metric, value.doubleValue(), rounding);
  }

  private static UnclearClaimException unknown(String name, Task task, List<Metric> allowed) {
    return new UnclearClaimException(
        "'%s' cannot be declared of a model for the task %s; what can: %s (as in %s=.81)"
            .formatted(
                Finding.printable(name),
                task.name().toLowerCase(Locale.ROOT),
                allowed.stream().map(Metric::words).collect(Collectors.joining(", ")),
                allowed.getFirst().words()));
  }

  double lower() {
    return value - rounding;
  }

  double upper() {
    return value + rounding;
  }
}

package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks as they may leave. Of a federated audit the sums' figures stay, but for those that count
/// a few people. Of a model assessed with its rows at hand only what was read from the model file
/// itself, which leaves anyway, keeps its words; figures stay where they follow from what is
/// published beside them.
final class PublicChecks {
  /// Checks whose figures follow from the numbers of persons, which are published.
  private static final Set<String> OF_NUMBERS =
      Set.of("evidence.people", "evidence.power", "evidence.false-positives");

  /// The one check of the weights that asks the model about the rows.
  private static final String OF_ROWS = "weights.outputs";

  private final PublicNames names;
  private final List<AttackFigures> attacks;
  private final boolean accuracy;
  private final int cell;

  /// `attacks` as they are published.
  PublicChecks(PublicNames names, List<AttackFigures> attacks, boolean accuracy, int cell) {
    this.names = names;
    this.attacks = attacks;
    this.accuracy = accuracy;
    this.cell = cell;
  }

  Check federated(Check check) {
    return switch (check.name()) {
      case "gap.accuracy" ->
          accuracy
              ? rounded(check, check.why())
              : check.withoutFigures(
                  "left out: it would show fewer than %d people".formatted(cell));
      case "rows.stored", "rows.labels" -> check.withoutFigures(withoutCounts(check));
      default -> rounded(check, check.why());
    };
  }

  Check local(Check check) {
    return switch (CheckGroup.of(check)) {
      case FILE, WEIGHTS ->
          check.name().equals(OF_ROWS)
              ? check.withoutFigures(inGeneral(check.status()))
              : rounded(check, check.why());
      case ATTACKS -> attack(check);
      case EVIDENCE ->
          OF_NUMBERS.contains(check.name())
              ? rounded(check, inGeneral(check.status()))
              : check.withoutFigures(inGeneral(check.status()));
      case ROWS, STRUCTURE, POLICY, OTHER -> check.withoutFigures(inGeneral(check.status()));
    };
  }

  private Check attack(Check check) {
    Check named =
        new Check(
            names.check(check.name()),
            check.status(),
            check.value(),
            check.interval(),
            check.limit(),
            inGeneral(check.status()));
    for (AttackFigures attack : attacks) {
      String auc = "attack.%s.auc".formatted(attack.name());
      if (named.name().equals(auc)) {
        return rounded(named, named.why());
      }
    }
    return named.withoutFigures(named.why());
  }

  private static Check rounded(Check check, String why) {
    List<Double> interval = check.interval();
    return new Check(
        check.name(),
        check.status(),
        rounded(check.value()),
        interval == null ? null : interval.stream().map(PublicFigures::rounded).toList(),
        check.limit(),
        why);
  }

  private static @Nullable Double rounded(@Nullable Double value) {
    return value == null ? null : (Double) PublicFigures.rounded(value);
  }

  private static String inGeneral(Finding.Status status) {
    return switch (status) {
      case PASS -> "nothing was found that stands against release";
      case WARN -> "to be weighed by a person; the details stay inside";
      case BLOCK -> "stands against release; the details stay inside";
    };
  }

  private static String withoutCounts(Check check) {
    String what = check.name().equals("rows.stored") ? "rows" : "labels";
    return check.status() == Finding.Status.BLOCK
        ? "the weights keep members' " + what
        : "no members' %s were found in the weights".formatted(what);
  }
}

package dev.caisson.airlock.policy;

import dev.caisson.airlock.attack.Task;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// An attack that must have run, on models of these tasks. On other tasks it has no meaning and is
/// not asked for; on these, a refusal for whatever reason leaves the model to a person.
public record RequiredAttack(String attack, Set<Task> tasks, Source source) {
  /// Those that a policy can name. A name that no attack has could never be satisfied.
  public static final List<String> KNOWN = List.of("loss", "quantile", "worst-case", "label-only");

  public RequiredAttack {
    if (!KNOWN.contains(attack) || tasks.isEmpty()) {
      throw new IllegalArgumentException(
          "an attack of %s on one task at least, got '%s' on %s".formatted(KNOWN, attack, tasks));
    }
    tasks = Set.copyOf(EnumSet.copyOf(tasks));
  }
}

package dev.caisson.airlock.policy;

import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Check;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// All that is known of one model when it is ruled on.
///
/// @param members persons among the members
/// @param nonMembers persons among the non-members
/// @param attempt 1 for the first assessment of this model line
/// @param checks deterministic ones (of findings) and those of the evidence, told apart by their
///   names
/// @param attacks each attack once
public record Grounds(
    Task task,
    Destination destination,
    long members,
    long nonMembers,
    int attempt,
    List<Check> checks,
    List<Tried> attacks) {

  public Grounds {
    checks = List.copyOf(checks);
    attacks = List.copyOf(attacks);
    if (members < 0 || nonMembers < 0 || attempt < 1) {
      throw new IllegalArgumentException(
          "%d members, %d non-members, attempt %d".formatted(members, nonMembers, attempt));
    }
    Set<String> names = new HashSet<>();
    for (Tried tried : attacks) {
      if (!names.add(tried.attack())) {
        throw new IllegalArgumentException("the attack '%s' twice".formatted(tried.attack()));
      }
    }
  }

  List<Tried.Ran> ran() {
    return attacks.stream().filter(Tried.Ran.class::isInstance).map(Tried.Ran.class::cast).toList();
  }

  long smallerSide() {
    return Math.min(members, nonMembers);
  }
}

package dev.caisson.airlock.policy;

import dev.caisson.airlock.attack.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where a policy lets more pass than another does. A looser policy is its owner's right; that it
/// is looser is said.
public final class PolicyComparison {
  private PolicyComparison() {}

  /// Every loosened number, attack and destination of `policy` against `other`, a sentence each.
  public static List<String> loosened(Policy policy, Policy other) {
    List<String> found = new ArrayList<>();
    for (Limit limit : Limit.values()) {
      double mine = policy.general(limit).value();
      double theirs = other.general(limit).value();
      if (limit.looser(mine, theirs)) {
        found.add(
            "%s.%s is %s, the default is %s: %s%s"
                .formatted(
                    limit.section(),
                    limit.key(),
                    Limit.text(mine),
                    Limit.text(theirs),
                    limit.meaning(),
                    limit.stricter() == Limit.Stricter.NEITHER
                        ? "; a smaller one clears less and blocks less"
                        : ""));
      }
    }
    for (Destination destination : Destination.values()) {
      destination(policy, other, destination, found);
    }
    for (RequiredAttack theirs : other.required()) {
      for (Task task : Task.values()) {
        if (theirs.tasks().contains(task) && !policy.required(task).contains(theirs.attack())) {
          found.add(
              "attacks.required: '%s' is no longer required on %s models"
                  .formatted(theirs.attack(), task.name().toLowerCase(Locale.ROOT)));
        }
      }
    }
    return found;
  }

  private static void destination(
      Policy policy, Policy other, Destination destination, List<String> found) {
    String where = "destinations." + destination.label();
    if (policy.terms(destination).allowed() && !other.terms(destination).allowed()) {
      found.add(where + " is allowed, by the default it is not");
    }
    for (Limit limit : other.terms(destination).stricter().keySet().stream().sorted().toList()) {
      double mine = policy.value(limit, destination);
      double theirs = other.value(limit, destination);
      if (limit.looser(mine, theirs)) {
        found.add(
            "%s: %s is %s there, the default is %s"
                .formatted(where, limit.key(), Limit.text(mine), Limit.text(theirs)));
      }
    }
  }
}

package dev.caisson.airlock.policy;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.dossier.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The policy's own conditions, each a line of the table: a WARN is a doubt that a person must
/// settle. None of them blocks.
final class PolicyChecks {
  private final Policy policy;
  private final Grounds grounds;
  private final Destination to;

  PolicyChecks(Policy policy, Grounds grounds) {
    this.policy = policy;
    this.grounds = grounds;
    this.to = grounds.destination();
  }

  /// Most important first.
  List<Check> all(Standing standing) {
    return List.of(
        destination(),
        signature(standing),
        attempts(),
        wiring(),
        requiredAttacks(),
        referenceAttack(),
        persons());
  }

  private Check destination() {
    return plain(
        "policy.destination",
        policy.terms(to).allowed(),
        "the policy allows release to %s".formatted(to.words()),
        "the policy does not allow release to %s".formatted(to.words()));
  }

  private static Check signature(Standing standing) {
    return plain(
        "policy.signature",
        standing instanceof Standing.Signed,
        "the policy is " + standing.words(),
        "no signed policy rules this: %s. Limits that nobody answers for cannot clear a model"
            .formatted(standing.words()));
  }

  private Check attempts() {
    int most = policy.count(Limit.ATTEMPTS, to);
    boolean few = grounds.attempt() <= most;
    return Check.measured(
        "policy.attempts",
        few ? Status.PASS : Status.WARN,
        grounds.attempt(),
        null,
        (double) most,
        few
            ? "assessment %d of this model line".formatted(grounds.attempt())
            : "assessment %d of this model line: after %d a person looks, because one of many tries passes by chance"
                .formatted(grounds.attempt(), most));
  }

  /// The names are those of the evidence's checks.
  private Check wiring() {
    List<String> missing = new ArrayList<>();
    if (passed("evidence.wiring").isEmpty()) {
      missing.add("the model's inputs were not shown to be wired as its makers wired them");
    }
    if (grounds.ran().stream().anyMatch(Tried.Ran::isReference)
        && passed("evidence.fidelity").isEmpty()) {
      missing.add("the reference models were not shown to be like the model");
    }
    return plain(
        "policy.evidence-believed",
        missing.isEmpty(),
        "the evidence passed its own checks",
        String.join("; ", missing) + ": a clean figure may come of a mistake");
  }

  private Optional<Check> passed(String name) {
    List<Check> found =
        grounds.checks().stream().filter(check -> check.name().equals(name)).toList();
    return found.stream().allMatch(check -> check.status() == Status.PASS)
        ? found.stream().findFirst()
        : Optional.empty();
  }

  private Check requiredAttacks() {
    Map<String, Tried> tried =
        grounds.attacks().stream().collect(Collectors.toMap(Tried::attack, Function.identity()));
    List<String> missing = new ArrayList<>();
    for (String attack : policy.required(grounds.task())) {
      Tried found = tried.get(attack);
      if (found instanceof Tried.Refused refused) {
        missing.add("%s (%s)".formatted(attack, refused.why()));
      } else if (found == null) {
        missing.add(attack + " (not tried)");
      }
    }
    if (missing.isEmpty() && grounds.ran().isEmpty()) {
      missing.add("any attack at all");
    }
    return plain(
        "policy.required-attacks",
        missing.isEmpty(),
        "every attack that the policy requires ran",
        "required, and did not run: %s. What it would have found is not known"
            .formatted(String.join("; ", missing)));
  }

  private Check referenceAttack() {
    int floor = policy.count(Limit.REFERENCES, to);
    int most =
        grounds.ran().stream()
            .filter(ran -> !ran.isAdvisory())
            .mapToInt(Tried.Ran::references)
            .max()
            .orElse(0);
    String why =
        most >= floor
            ? "an attack with %d reference models ran".formatted(most)
            : most == 0
                ? "no attack with reference models ran, and only those find what the others miss"
                : "reference attacks had %d models, the policy asks for %d".formatted(most, floor);
    return Check.measured(
        "policy.reference-attack",
        most >= floor ? Status.PASS : Status.WARN,
        most,
        null,
        (double) floor,
        why);
  }

  private Check persons() {
    double floor = policy.value(Limit.PERSONS_EACH_SIDE, to);
    boolean enough = grounds.smallerSide() >= floor;
    String counts =
        grounds.members() + grounds.nonMembers() == 0
            ? "nobody's rows were read"
            : String.format(
                Locale.ROOT,
                "%,d members and %,d non-members",
                grounds.members(),
                grounds.nonMembers());
    return Check.measured(
        "policy.persons",
        enough ? Status.PASS : Status.WARN,
        (double) grounds.smallerSide(),
        null,
        floor,
        enough
            ? counts
            : counts
                + ": the policy asks for %s on each side, as fewer cannot show that a model is safe"
                    .formatted(Limit.text(floor)));
  }

  private static Check plain(String name, boolean passed, String good, String bad) {
    return new Check(
        name, passed ? Status.PASS : Status.WARN, null, null, null, passed ? good : bad);
  }
}

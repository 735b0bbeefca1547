package dev.caisson.airlock.policy;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.dossier.Check;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Why a ruling is what it is, for a reviewer who must decide: the sentence that says what to do
/// first, then what it rests on.
final class Reasons {
  private final Destination to;

  Reasons(Destination to) {
    this.to = to;
  }

  /// Everything that blocks, facts before estimates; empty if nothing does.
  List<String> blocks(List<Check> checks, List<Judged> judged) {
    List<String> facts = new ArrayList<>();
    List<String> evidence = new ArrayList<>();
    List<String> estimates = new ArrayList<>();
    for (Check check : checks) {
      if (PolicyRuling.blocks(check)) {
        List<String> where =
            PolicyRuling.isStatistical(check)
                ? estimates
                : PolicyRuling.isEvidence(check) ? evidence : facts;
        where.add("%s: %s.".formatted(check.name(), sentence(check.why())));
      }
    }
    for (Judged one : judged) {
      if (one.over()) {
        estimates.add("%s: %s.".formatted(one.claim().checkName(), AttackChecks.why(one)));
      }
    }
    List<String> why = new ArrayList<>();
    if (!facts.isEmpty()) {
      why.add(
          "Do not release this file. %s The model must be changed and submitted again."
              .formatted(ofFacts(facts.size())));
      why.addAll(facts);
    }
    if (!evidence.isEmpty()) {
      why.add(
          "The evidence itself is not to be believed; mend the inputs and assess again before anybody decides.");
      why.addAll(evidence);
    }
    if (!estimates.isEmpty()) {
      why.add(
          "An attack finds more of the members than the policy allows. This is an estimate with chance allowed for: only a third approver, the data owner, can accept it, in writing.");
      why.addAll(estimates);
    }
    return why;
  }

  /// Everything that a person must settle; empty if nothing is left.
  List<String> doubts(List<Check> checks, List<Check> conditions, List<Judged> judged) {
    List<String> doubts = new ArrayList<>();
    conditions.stream()
        .filter(check -> check.status() != Status.PASS && comesFirst(check))
        .forEach(check -> doubts.add(sentence(check.why()) + "."));
    List<Check> warnings =
        checks.stream()
            .filter(check -> check.status() != Status.PASS && !PolicyRuling.isAdvisory(check))
            .toList();
    warnings.stream()
        .filter(PolicyRuling::isEvidence)
        .forEach(check -> doubts.add(toBeWeighed(check)));
    judged.stream()
        .filter(one -> !one.under())
        .sorted(Comparator.comparingDouble(one -> -one.claim().pUnder()))
        .forEach(
            one ->
                doubts.add(
                    "The %s attack: %s.".formatted(one.claim().attack(), AttackChecks.why(one))));
    boolean disbelieved = warnings.stream().anyMatch(Reasons::isBelief);
    conditions.stream()
        .filter(check -> check.status() != Status.PASS && !comesFirst(check))
        .filter(check -> !(disbelieved && check.name().equals("policy.evidence-believed")))
        .forEach(check -> doubts.add(sentence(check.why()) + "."));
    warnings.stream()
        .filter(check -> !PolicyRuling.isEvidence(check))
        .forEach(check -> doubts.add(toBeWeighed(check)));
    if (!doubts.isEmpty()) {
      doubts.addFirst(
          "Nothing found forbids release to %s, and nothing clears it. Decide whether the following can be answered for."
              .formatted(to.words()));
    }
    return doubts;
  }

  /// What a release can rest on.
  List<String> support(Policy policy, Standing standing, List<Judged> judged) {
    String attacks =
        judged.stream()
            .map(one -> one.claim().attack())
            .distinct()
            .collect(Collectors.joining(", "));
    double highest =
        judged.stream()
            .filter(one -> one.claim().kind() == Claim.Kind.AUC)
            .mapToDouble(Judged::highest)
            .max()
            .orElse(1);
    return List.of(
        "Every condition of the policy '%s' (revision %d, %s) for release to %s is met. People still decide."
            .formatted(policy.name(), policy.revision(), standing.words(), to.words()),
        "Every attack (%s) was shown to be under its limit: shown one member and one non-member, the best picks the member at most %s times in 100, allowing for chance; guessing gives 50."
            .formatted(attacks, AttackChecks.in100(highest)),
        "It means that these attacks found little, not that none can.");
  }

  /// Names no number where the list is cut before the last of them.
  private static String ofFacts(int facts) {
    if (facts == 1) {
      return "The first point below is a fact about the file; nobody can waive it.";
    }
    return facts < PolicyRuling.MOST_REASONS - 1
        ? "The first %d points below are facts about the file; nobody can waive them."
            .formatted(facts)
        : "The points below are facts about the file; nobody can waive them.";
  }

  private static boolean comesFirst(Check check) {
    return check.name().equals("policy.destination")
        || check.name().equals("policy.signature")
        || check.name().equals("policy.reference-attack");
  }

  /// The checks that `policy.evidence-believed` asks for: where one of them warns, its own words
  /// say more than the condition's.
  private static boolean isBelief(Check check) {
    return check.name().equals("evidence.wiring") || check.name().equals("evidence.fidelity");
  }

  private static String toBeWeighed(Check check) {
    return "To be weighed, %s: %s.".formatted(check.name(), sentence(check.why()));
  }

  /// Without its full stop, and beginning as a sentence does where it stands alone.
  private static String sentence(String why) {
    String cut = why.endsWith(".") ? why.substring(0, why.length() - 1) : why;
    return cut.isEmpty() ? cut : Character.toUpperCase(cut.charAt(0)) + cut.substring(1);
  }
}

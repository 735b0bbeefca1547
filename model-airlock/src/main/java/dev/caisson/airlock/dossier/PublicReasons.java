package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Verdict;
import java.util.ArrayList;
import java.util.List;

/// The reasons of a policy's verdict, told anew from the checks as they are published, because the
/// policy's own words may speak of rows and columns.
final class PublicReasons {
  private PublicReasons() {}

  static Ruling of(Verdict verdict, Provenance provenance, List<Check> checks) {
    List<String> why = new ArrayList<>();
    why.add(
        switch (verdict) {
          case SUPPORTS_RELEASE -> "Everything that the policy asks for was done and passed.";
          case NEEDS_A_PERSON -> "Nothing found forbids release, and nothing found clears it.";
          case BLOCKS -> "At least one check forbids release.";
        });
    Finding.Status telling = verdict == Verdict.BLOCKS ? Finding.Status.BLOCK : Finding.Status.WARN;
    checks.stream()
        .filter(check -> check.status() == telling)
        .map(check -> "%s: %s".formatted(check.name(), check.why()))
        .distinct()
        .forEach(why::add);
    Assessment assessment = provenance.assessment();
    if (assessment != null) {
      Assessment.PolicyApplied policy = assessment.policy();
      why.add(
          policy == null
              ? "No release policy was applied."
              : "The policy is '%s', version %s: %s."
                  .formatted(policy.name(), policy.version(), policy.standing()));
    }
    return new Ruling(verdict, why);
  }
}

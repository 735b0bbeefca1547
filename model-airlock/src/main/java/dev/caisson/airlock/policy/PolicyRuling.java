package dev.caisson.airlock.policy;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.dossier.Check;
import java.util.ArrayList;
import java.util.List;

/// What a policy says about one assessed model. Pure: the same inputs give the same ruling.
///
/// *Blocks*: a check that blocks, or an attack's figure shown to be over its block limit. *Supports
/// release*: nothing blocks and no doubt is left: a signed policy that allows the destination, its
/// floors met, the evidence believed, every required attack run, one with reference models among
/// them, every figure shown to be under its support limit, and no warning but advisory ones
/// (`gap.*`). *Needs a person*: everything else.
///
/// Guaranteed: a policy that is missing or unsigned never supports a release; a blocking check
/// always blocks; a later attempt is never ruled milder than the first would be. If every attack's
/// true figure is at or under its block limit, the chance that an attempt blocks for an attack is
/// at most alpha / 2; if one is at or over its support limit, the chance that attempt j clears it
/// is at most alpha / 2^j: as good as the figures' own bounds are (an AUC's is normal and wants
/// tens of people a side). Not guaranteed: that a model that passes does not leak; the attacks
/// tried are not all there are.
///
/// @param why for a reviewer, most important first
/// @param checks the lines to add to the table: attacks (`attack.*`, `gap.*`), the policy's
///   conditions (`policy.*`) and `evidence.direction`, unless it was among the checks given
public record PolicyRuling(Verdict verdict, List<String> why, List<Check> checks) {
  /// The most reasons that are given; the table has the rest.
  static final int MOST_REASONS = 8;

  public PolicyRuling {
    why = List.copyOf(why);
    checks = List.copyOf(checks);
  }

  public static PolicyRuling of(Policy policy, Standing standing, Grounds grounds) {
    double alpha = policy.value(Limit.ALPHA, grounds.destination());
    double atThisAttempt = Math.scalb(alpha, -Math.min(grounds.attempt(), 40));
    List<Judged> judged = judged(Claim.of(policy, grounds), atThisAttempt, alpha / 2);
    List<Check> seen = new ArrayList<>(grounds.checks());
    List<Check> added = new ArrayList<>(AttackChecks.of(policy, grounds, judged));
    if (seen.stream().noneMatch(check -> check.name().equals("evidence.direction"))) {
      Check direction = AttackChecks.direction(grounds, alpha);
      added.add(direction);
      seen.add(direction);
    }
    List<Check> conditions = new PolicyChecks(policy, grounds).all(standing);
    added.addAll(conditions);

    Reasons reasons = new Reasons(grounds.destination());
    List<String> blocks = reasons.blocks(seen, judged);
    if (!blocks.isEmpty()) {
      return new PolicyRuling(Verdict.BLOCKS, cut(blocks), added);
    }
    List<String> doubts = reasons.doubts(seen, conditions, judged);
    if (!doubts.isEmpty()) {
      return new PolicyRuling(Verdict.NEEDS_A_PERSON, cut(doubts), added);
    }
    return new PolicyRuling(
        Verdict.SUPPORTS_RELEASE, reasons.support(policy, standing, judged), added);
  }

  /// Membership attacks and attribute inference are two families: how many columns a table has must
  /// not make it harder to show that a membership attack is over its limit.
  private static List<Judged> judged(List<Claim> claims, double support, double block) {
    List<Judged> judged = new ArrayList<>();
    for (boolean attributes : new boolean[] {false, true}) {
      List<Claim> family =
          claims.stream().filter(c -> c.attack().startsWith("attribute:") == attributes).toList();
      if (!family.isEmpty()) {
        judged.addAll(Judged.all(family, support, block));
      }
    }
    return judged;
  }

  /// Whether a check is a figure with an error, which the data owner can accept in writing. All
  /// others, where they block, are facts.
  public static boolean isStatistical(Check check) {
    return check.name().startsWith("attack.");
  }

  /// A warning that no verdict hangs on.
  static boolean isAdvisory(Check check) {
    return check.name().startsWith("gap.");
  }

  /// Whether a check is about the evidence rather than the file.
  static boolean isEvidence(Check check) {
    return check.name().startsWith("evidence.");
  }

  static boolean blocks(Check check) {
    return check.status() == Status.BLOCK;
  }

  private static List<String> cut(List<String> reasons) {
    if (reasons.size() <= MOST_REASONS) {
      return reasons;
    }
    List<String> kept = new ArrayList<>(reasons.subList(0, MOST_REASONS - 1));
    kept.add(
        "And %d more; the table of checks has them all.".formatted(reasons.size() - kept.size()));
    return kept;
  }
}

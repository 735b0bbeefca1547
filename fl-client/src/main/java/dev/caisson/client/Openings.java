package dev.caisson.client;

import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.trust.Digest;
import java.util.LinkedHashMap;
import java.util.Map;

/// How often in an hour a coordinator may have this site begin something under one plan: admit a
/// study of it, or open a round. Each writes to the ledger, which is kept for good. An hour is
/// enough for all of the plan's rounds, each tried as often as coordinators do, and some on top.
/// Counted by the plan's digest, whatever its studies are called; nothing is known over restarts.
/// Thread-safe.
///
/// Not guaranteed: that a ledger does not grow. It grows at a rate that the plans bound which the
/// custodian's researchers have signed.
final class Openings {
  private static final int ATTEMPTS = 5;

  /// The evaluation and the audit.
  private static final int OTHER_ROUNDS = 2;

  /// Studies that come back to their desks, and attempts after a pause.
  private static final int ON_TOP = 60;

  /// That are counted apart; the one that was quiet for longest is forgotten first.
  private static final int MOST_PLANS = 1024;

  private final Map<Digest, Turns> plans = new LinkedHashMap<>(16, 0.75f, true);

  static int most(StudyPlan plan) {
    return (plan.rounds() + OTHER_ROUNDS) * ATTEMPTS + ON_TOP;
  }

  /// Whether something may be begun now (`System.nanoTime`).
  synchronized boolean take(StudyPlan plan, long now) {
    boolean may = plans.computeIfAbsent(plan.digest(), _ -> new Turns(most(plan), now)).take(now);
    if (plans.size() > MOST_PLANS) {
      plans.remove(plans.keySet().iterator().next());
    }
    return may;
  }

  /// For whoever asked too often.
  static String refusal(StudyPlan plan) {
    return "this site has begun studies and rounds of this plan %d times within an hour, which is more than the plan needs: try again later"
        .formatted(most(plan));
  }
}

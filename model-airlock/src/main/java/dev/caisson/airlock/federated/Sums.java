package dev.caisson.airlock.federated;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The summed entries by segment name, checked to be possible at all.
final class Sums {
  private final Map<String, long[]> parts = new HashMap<>();

  Sums(FederatedAuditPlan plan, long[] summed, int sites) throws InconsistentSumsException {
    if (summed.length != plan.length()) {
      throw new InconsistentSumsException(
          "the plan has %d entries, the sum %d".formatted(plan.length(), summed.length));
    }
    int at = 0;
    for (Segment segment : plan.segments()) {
      long[] part = Arrays.copyOfRange(summed, at, at + segment.length());
      at += segment.length();
      for (long value : part) {
        require(
            value >= 0 && value <= Math.multiplyExact(segment.maxValue(), (long) sites),
            "%s is outside what %d sites can send".formatted(segment.name(), sites));
      }
      parts.put(segment.name(), part);
    }
    require(
        one("sites") == sites, "%d sites are in the sum, not %d".formatted(one("sites"), sites));
    checkCounts(plan);
  }

  private void checkCounts(FederatedAuditPlan plan) throws InconsistentSumsException {
    long pairs = one("pairs");
    require(one("members") >= 1 && one("held-out") >= 1 && pairs >= 1, "a side has nobody");
    // sites' pairs are products, so their sum lies under the product of the sums
    require(
        pairs <= Math.multiplyExact(one("members"), one("held-out")),
        "more pairs than members times held-out persons");
    for (String side : List.of("members", "held-out")) {
      require(
          all(side + ".scores").stream().mapToLong(Long::longValue).sum() == one(side),
          "the histogram of %s does not add up to their number".formatted(side));
      require(
          one(side + ".correct") <= one(side), "more %s correct than there are".formatted(side));
    }
    for (var attack : plan.attacks()) {
      require(
          one(attack.name() + ".twice-u") <= 2 * pairs,
          "the rank sum of %s exceeds its pairs".formatted(attack.name()));
    }
    require(one("rows.hits") <= one("rows.scanned"), "more rows hit than scanned");
  }

  long one(String name) {
    return all(name).getFirst();
  }

  List<Long> all(String name) {
    long[] part = parts.get(name);
    if (part == null) {
      throw new IllegalStateException("the plan has no segment " + name);
    }
    return Arrays.stream(part).boxed().toList();
  }

  private static void require(boolean holds, String otherwise) throws InconsistentSumsException {
    if (!holds) {
      throw new InconsistentSumsException("the sites' sums contradict each other: " + otherwise);
    }
  }
}

package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.server.site.SiteLink;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which of the sites that are ready train in a round. The plan's seed, the round and the attempt
/// decide, so that anybody can draw again who was ready; each site is as likely as any other.
final class Cohorts {
  private Cohorts() {}

  /// The plan's number of sites, or all where it gives none or fewer are ready.
  static SortedMap<String, SiteLink> draw(
      StudyPlan plan, long round, long attempt, SortedMap<String, SiteLink> ready) {
    int size = plan.cohortSize().orElse(ready.size());
    SortedMap<String, SiteLink> cohort = new TreeMap<>();
    ready.keySet().stream()
        .sorted(Comparator.comparing(site -> lot(plan, round, attempt, site).hex()))
        .limit(size)
        .forEach(site -> cohort.put(site, ready.get(site)));
    return cohort;
  }

  private static Digest lot(StudyPlan plan, long round, long attempt, String site) {
    return new FieldWriter("caisson/cohort/v1")
        .number(plan.seed())
        .number(round)
        .number(attempt)
        .text(site)
        .toDigest();
  }
}

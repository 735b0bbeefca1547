package dev.caisson.protocol.study;

import static dev.caisson.protocol.study.StudyPlan.require;

/// What the sites will be asked to disclose of the finished model, agreed before training starts.
///
/// @param smallestCell counts of fewer persons are not shown outside the airlock
/// @param maxPersons the most persons on either side at one site
public record AuditPlan(int smallestCell, int maxPersons) {
  public AuditPlan {
    require(
        smallestCell >= 2 && smallestCell <= 1000,
        "audit.smallest-cell",
        "2 to 1000",
        smallestCell);
    require(
        maxPersons >= 1 && maxPersons <= 100_000, "audit.max-persons", "1 to 100000", maxPersons);
  }
}

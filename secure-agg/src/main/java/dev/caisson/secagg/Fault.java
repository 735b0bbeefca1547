package dev.caisson.secagg;

/// A party of a round broke a rule. The party is a site's name, or [#COORDINATOR] where a site
/// cannot tell who stands behind what the coordinator handed it. Holds no secret; fit for logs.
public record Fault(Rule rule, String party, String detail) {
  public static final String COORDINATOR = "coordinator";

  @Override
  public String toString() {
    return "%s broke %s: %s".formatted(party, rule, detail);
  }
}

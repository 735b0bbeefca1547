package dev.caisson.airlock.table;

/// Every person of a side has rows on the other side too, so that nothing can be compared.
public final class NobodyLeftException extends Exception {
  NobodyLeftException(String side) {
    super(
        "every one of the %s also has rows on the other side: are the two tables the same, or does --id or --group name something else than persons?"
            .formatted(side));
  }
}

package dev.caisson.secagg.site;

/// Where a site is in a round. A phase is consumed by its one step: a second is an
/// `IllegalStateException`. Closing wipes its secrets and ends the round for this site; a phase
/// that moved on or refused has handed over or wiped its own. One thread at a time.
public sealed interface SitePhase extends AutoCloseable
    permits AwaitingKeys, AwaitingShares, Masking, Uploading, AwaitingConsents, Finished {
  @Override
  void close();
}

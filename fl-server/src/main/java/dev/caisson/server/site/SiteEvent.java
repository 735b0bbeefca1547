package dev.caisson.server.site;

import dev.caisson.trust.Digest;

/// What can happen at a site that a study must know of. Messages in transit, never compared.
@SuppressWarnings("ArrayRecordComponent")
public sealed interface SiteEvent {
  String site();

  /// The site has (again) connected.
  record Arrived(SiteLink link) implements SiteEvent {
    @Override
    public String site() {
      return link.site();
    }
  }

  /// The connection ended, for whatever reason.
  record Gone(SiteLink link) implements SiteEvent {
    @Override
    public String site() {
      return link.site();
    }
  }

  /// The site takes part, having committed to the seed that chose its held-out persons.
  record Admitted(String site, Digest holdOutCommitment) implements SiteEvent {}

  record Refused(String site, String reason) implements SiteEvent {}

  /// A message of the aggregation protocol.
  record Payload(String site, String round, byte[] bytes) implements SiteEvent {}

  /// One piece of a masked vector.
  record Chunk(String site, String round, int index, byte[] bytes) implements SiteEvent {}

  /// The site gives up this round.
  record LeftRound(String site, String round, String reason) implements SiteEvent {}
}

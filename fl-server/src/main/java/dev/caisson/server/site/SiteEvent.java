package dev.caisson.server.site;

import dev.caisson.trust.Digest;
import java.util.concurrent.CompletableFuture;

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

  /// The site is done with the check of this round's sum.
  record Checked(String site, String round) implements SiteEvent {}

  /// The site gives up this round.
  record LeftRound(String site, String round, String reason) implements SiteEvent {}

  /// The site's process is being stopped: it takes part in nothing more.
  record Leaving(SiteLink link) implements SiteEvent {
    @Override
    public String site() {
      return link.site();
    }
  }

  /// The site wants to know how much of its vector is here. Behind every chunk that came before it.
  record UploadAsked(String site, String round, CompletableFuture<Integer> chunks)
      implements SiteEvent {
    /// No such round is under way with this site.
    public static final int NO_ROUND = -1;
  }
}

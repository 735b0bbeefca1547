package dev.caisson.server.site;

import dev.caisson.trust.Digest;

/// The open conversation with one site. Calls never block on the site; a link that has gone takes
/// them silently, because a [SiteEvent.Gone] is on its way.
public interface SiteLink {
  /// The name in the site's certificate.
  String site();

  /// Asks the site to take part in a study.
  void offer(String study, byte[] plan, Digest dataset, Digest model);

  /// Passes on a message of the aggregation protocol.
  void round(String study, String round, byte[] payload);

  void roundEnded(String study, String round, boolean completed, String reason);

  void studyEnded(String study, String reason);

  /// Ends the conversation with a reason.
  void close(String reason);
}

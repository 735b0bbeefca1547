package dev.caisson.server.site;

import dev.caisson.protocol.study.SignedPlan;

/// The open conversation with one site. Calls never block on the site; a link that has gone takes
/// them silently, because a [SiteEvent.Gone] is on its way.
public interface SiteLink {
  /// The name in the site's certificate.
  String site();

  /// Which process of that site it is, as that says itself.
  Incarnation incarnation();

  /// Asks the site to take part in a study.
  void offer(String study, SignedPlan plan);

  /// Passes on a message of the aggregation protocol.
  void round(String study, String round, byte[] payload);

  void roundEnded(String study, String round, boolean completed, String reason);

  void studyEnded(String study, String reason);

  /// Tells the site's custodian something, in words.
  void warn(String text);

  /// Ends the conversation because another process took the site's place.
  void displace(String reason);

  /// Ends the conversation with a reason.
  void close(String reason);
}

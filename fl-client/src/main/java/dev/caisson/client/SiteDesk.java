package dev.caisson.client;

import dev.caisson.trust.Digest;

/// What the coordinator may say to a site: the port between the wire and the agent. Calls come one
/// at a time and return at once; work is done elsewhere.
public interface SiteDesk {
  void welcomed();

  void offered(String study, byte[] plan, Digest dataset, Digest model);

  void roundMessage(String study, String round, byte[] payload);

  void roundEnded(String study, String round, boolean completed, String reason);

  void studyEnded(String study, String reason);

  /// The conversation is over; nothing more comes.
  void disconnected(String reason);
}

package dev.caisson.client;

import dev.caisson.protocol.study.SignedPlan;

/// What the coordinator may say to a site: the port between the wire and the agent. Calls come one
/// at a time and return at once; work is done elsewhere.
public interface SiteDesk {
  /// The conversation is open.
  ///
  /// @param coordinator the coordinator's process; rounds of another one are over
  void welcomed(String coordinator);

  void offered(String study, SignedPlan plan);

  void roundMessage(String study, String round, byte[] payload);

  void roundEnded(String study, String round, boolean completed, String reason);

  void studyEnded(String study, String reason);

  /// Something that the custodian should know.
  void noticed(String text);

  /// The conversation is over; nothing more comes.
  ///
  /// @param displaced whether another process with this site's identity is the reason
  void disconnected(String reason, boolean displaced);
}

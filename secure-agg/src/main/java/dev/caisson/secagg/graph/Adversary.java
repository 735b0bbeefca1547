package dev.caisson.secagg.graph;

/// What the parameter search assumes of the coordinator beside the sites that side with it.
public enum Adversary {
  /// It follows the protocol and keeps what it sees. **Never enough for this protocol.**
  CURIOUS,
  /// It may tell different sites different things about who survived: no two sets of survivors may
  /// both reach the threshold within one neighbourhood.
  SEMI_MALICIOUS
}

package dev.caisson.protocol.tls;

import java.util.Locale;
import java.util.Optional;

/// What the holder of a certificate may be. A certificate carries exactly one role, in its
/// subject's organisational unit; a certificate without a known role may do nothing.
public enum Role {
  COORDINATOR,
  SITE,
  AIRLOCK,
  RESEARCHER,
  REVIEWER,
  /// Decides who is a member: issues tokens and revokes; watches every study.
  ADMIN,
  /// Compares a site's roster with other custodians.
  CUSTODIAN,
  /// Watches every study and changes nothing.
  AUDITOR;

  /// The spelling in certificates and configuration.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> ofLabel(String label) {
    for (Role role : values()) {
      if (role.label().equals(label)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  /// Whether processes of this role accept connections (the others only dial out).
  public boolean isServer() {
    return this == COORDINATOR || this == AIRLOCK;
  }
}

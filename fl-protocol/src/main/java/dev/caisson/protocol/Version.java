package dev.caisson.protocol;

/// What this build speaks and calls itself.
public final class Version {
  /// Both ends of a connection must speak the same.
  public static final int PROTOCOL = 3;

  /// Named in provenance.
  public static final String SOFTWARE = "caisson 0.1.0";

  private Version() {}
}

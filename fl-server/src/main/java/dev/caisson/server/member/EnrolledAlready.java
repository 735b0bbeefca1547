package dev.caisson.server.member;

/// What a token may do to a name that is enrolled.
public enum EnrolledAlready {
  /// Nothing: the token is for a new name.
  REFUSE("refuse"),
  /// Give another certificate to the identity that is enrolled, and to no other.
  SAME_IDENTITY("same-identity"),
  /// Put another identity in its place. Who holds this token becomes that member.
  RENEW_IDENTITY("renew-identity");

  private final String label;

  EnrolledAlready(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  static EnrolledAlready ofLabel(String label) {
    for (EnrolledAlready one : values()) {
      if (one.label.equals(label)) {
        return one;
      }
    }
    throw new IllegalStateException("the schema allows no other label: " + label);
  }
}

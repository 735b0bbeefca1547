package dev.caisson.server.member;

/// A member's request that the rules of membership do not allow; the message is for who asked.
public class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  public RefusedException(String reason) {
    super(reason);
  }
}

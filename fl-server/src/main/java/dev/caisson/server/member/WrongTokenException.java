package dev.caisson.server.member;

/// A token that gives no right: never issued, used, replaced or past its time. Which of these is
/// not said: whoever shows it may be guessing.
public final class WrongTokenException extends RefusedException {
  private static final long serialVersionUID = 1;

  WrongTokenException() {
    super(
        "this token is not valid: mistyped, used for another key, past its time, or replaced by a"
            + " newer one; ask whoever gave it to you for another");
  }
}

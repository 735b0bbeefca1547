package dev.caisson.airlock.assess;

/// What was given cannot be assessed as it is; the message says why and what to do.
public final class CannotAssessException extends Exception {
  private static final long serialVersionUID = 1;

  CannotAssessException(String message, Throwable cause) {
    super(message, cause);
  }

  CannotAssessException(String message) {
    super(message);
  }
}

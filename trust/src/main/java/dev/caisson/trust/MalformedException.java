package dev.caisson.trust;

/// Bytes from outside that do not decode: says what was expected, never echoes the content.
public final class MalformedException extends Exception {
  public MalformedException(String message) {
    super(message);
  }

  public MalformedException(String message, Throwable cause) {
    super(message, cause);
  }
}

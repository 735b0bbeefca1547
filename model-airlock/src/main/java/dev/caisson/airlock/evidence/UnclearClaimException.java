package dev.caisson.airlock.evidence;

/// What a researcher declared of the model cannot be read or held against anything. The message
/// says what is allowed.
public final class UnclearClaimException extends RuntimeException {
  public UnclearClaimException(String message) {
    super(message);
  }
}

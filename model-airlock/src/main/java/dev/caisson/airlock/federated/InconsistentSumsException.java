package dev.caisson.airlock.federated;

/// Sums that cannot come from honest sites following the plan: says which entry contradicts which.
/// No figure is derived from them.
public final class InconsistentSumsException extends Exception {
  public InconsistentSumsException(String message) {
    super(message);
  }
}

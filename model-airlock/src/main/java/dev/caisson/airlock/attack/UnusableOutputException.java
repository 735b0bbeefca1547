package dev.caisson.airlock.attack;

/// The model gave an output that no attack can score (NaN or infinite). Such a model is not
/// assessed: a figure computed around it would look cleaner than the model is.
public final class UnusableOutputException extends RuntimeException {
  public UnusableOutputException(String message) {
    super(message);
  }
}

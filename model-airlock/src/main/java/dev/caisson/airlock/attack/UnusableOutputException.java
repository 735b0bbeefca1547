package dev.caisson.airlock.attack;

/// The model gave an output that no attack can score (NaN or infinite). Such a model is not
/// assessed: a figure computed around it would look cleaner than the model is. Its words are
/// published: they name no row and no output's value.
public final class UnusableOutputException extends RuntimeException {
  public UnusableOutputException(String message) {
    super(message);
  }
}

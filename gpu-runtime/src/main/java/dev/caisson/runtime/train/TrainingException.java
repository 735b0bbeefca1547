package dev.caisson.runtime.train;

/// Training broke off: the loss stopped being finite, or the engine failed (out of memory, say).
public final class TrainingException extends Exception {
  public TrainingException(String message) {
    super(message);
  }

  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}

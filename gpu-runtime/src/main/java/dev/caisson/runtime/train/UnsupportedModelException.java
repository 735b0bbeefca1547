package dev.caisson.runtime.train;

/// A sound model that an engine cannot train here: it lacks an operation or a setting, which the
/// message names with engine and node, or the device that was asked for. Nothing has been trained.
public final class UnsupportedModelException extends Exception {
  public UnsupportedModelException(String message) {
    super(message);
  }

  public UnsupportedModelException(String message, Throwable cause) {
    super(message, cause);
  }
}

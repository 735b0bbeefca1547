package dev.caisson.runtime.train;

/// A sound model that an engine cannot train here: it lacks an operation or a setting, which the
/// message names with engine and node, or cannot compute here at all
/// ([EngineUnavailableException]). Nothing has been trained.
public sealed class UnsupportedModelException extends Exception permits EngineUnavailableException {
  public UnsupportedModelException(String message) {
    super(message);
  }

  public UnsupportedModelException(String message, Throwable cause) {
    super(message, cause);
  }
}

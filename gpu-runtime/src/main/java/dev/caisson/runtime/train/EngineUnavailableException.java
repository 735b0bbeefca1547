package dev.caisson.runtime.train;

/// An engine that cannot compute on this host, whatever the model: no native library, or not on
/// that device. Its words speak of the host's paths and hardware, which are nobody's business
/// outside.
public final class EngineUnavailableException extends UnsupportedModelException {
  public EngineUnavailableException(String message) {
    super(message);
  }

  public EngineUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

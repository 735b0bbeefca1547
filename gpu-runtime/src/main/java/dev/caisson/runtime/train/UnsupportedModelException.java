package dev.caisson.runtime.train;

/// A sound model with an operation or setting that an engine lacks. The message names engine, node
/// and operation; nothing has been trained.
public final class UnsupportedModelException extends Exception {
  public UnsupportedModelException(String message) {
    super(message);
  }
}

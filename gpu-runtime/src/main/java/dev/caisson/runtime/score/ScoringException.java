package dev.caisson.runtime.score;

/// ONNX Runtime failed on rows that were well formed: in practice, memory ran out or the graph's
/// shapes do not fit together. The message carries ONNX Runtime's reason.
public final class ScoringException extends RuntimeException {
  ScoringException(String message) {
    super(message);
  }

  ScoringException(String message, Throwable cause) {
    super(message, cause);
  }
}

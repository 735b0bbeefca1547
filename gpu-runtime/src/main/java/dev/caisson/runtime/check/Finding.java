package dev.caisson.runtime.check;

/// Something to know about a model before training it.
///
/// @param subject the node, initializer, input or output, or `model`
/// @param words what is found and what to do
public record Finding(Severity severity, String subject, String words) {
  /// Most severe first.
  public enum Severity {
    /// Cannot be trained as it is.
    REFUSED,
    /// Trains, but maybe not the model that was meant.
    WARNING,
    /// Worth knowing.
    NOTE
  }

  @Override
  public String toString() {
    return "%s %s: %s".formatted(severity, subject, words);
  }
}

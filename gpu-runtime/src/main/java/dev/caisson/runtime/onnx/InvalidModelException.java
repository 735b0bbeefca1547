package dev.caisson.runtime.onnx;

/// A model file that is malformed, unsound, too large or outside what Caisson reads. The message
/// names the place (node, initializer, field) and what to do; it never echoes weights, and what it
/// quotes from the file is made fit for a log: control characters become spaces, and it ends after
/// 1,000 characters.
public final class InvalidModelException extends Exception {
  public InvalidModelException(String message) {
    super(printable(message));
  }

  public InvalidModelException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  private static String printable(String message) {
    String line = message.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= 1000 ? line : line.substring(0, 1000) + "…";
  }
}

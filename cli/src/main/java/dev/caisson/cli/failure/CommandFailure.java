package dev.caisson.cli.failure;

/// A failure whose message is complete by itself: it says what is wrong, where, and what to do. It
/// is shown as it stands, without its causes; they appear with `--verbose`. Exit code 1.
public class CommandFailure extends Exception {
  private static final long serialVersionUID = 1;

  public CommandFailure(String message) {
    super(message);
  }

  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}

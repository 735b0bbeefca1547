package dev.caisson.dataset;

/// A cell that its column does not allow. Carries no stack trace: a bad table may hold millions.
public final class BadCellException extends Exception {
  public BadCellException(String problem) {
    super(problem, null, false, false);
  }

  public String problem() {
    return String.valueOf(getMessage());
  }
}

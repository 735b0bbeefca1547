package dev.caisson.dataset;

/// A cell that its column does not allow. Carries no stack trace: a bad table may hold millions.
final class BadCellException extends Exception {
  BadCellException(String problem) {
    super(problem, null, false, false);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}

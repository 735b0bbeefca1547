package dev.caisson.dataset;

/// What a missing cell becomes.
public sealed interface Missing {

  /// The table is refused.
  record Refused() implements Missing {}

  /// The cell is read as if it held this declared text; with `indicator`, one more feature is 1 for
  /// such a row and 0 otherwise.
  record ReadAs(String cell, boolean indicator) implements Missing {
    public ReadAs {
      if (cell.isBlank()) {
        throw new IllegalArgumentException("a missing value must become something, got nothing");
      }
    }
  }
}

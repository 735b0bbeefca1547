package dev.caisson.airlock.rows;

/// Where a person's row or label was found in the weights. For the site's custodian alone.
public record RowHit(int row, String tensor, int offset, Form form) {
  /// How it is kept there.
  public enum Form {
    /// Value for value.
    ROW,
    /// Multiplied and shifted by one pair of numbers.
    SCALED_ROW,
    /// A run of labels of consecutive persons, up to renaming of classes or scaling.
    LABEL_RUN,
    /// A label value among a tensor's numbers, too many of them for chance.
    LABEL_VALUE
  }
}

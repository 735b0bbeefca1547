package dev.caisson.airlock.rows;

/// What a training-row scan may say outside the site: counts of people, no rows and no positions.
///
/// `scanned` rows were looked for; `tooPlain` rows were not, because too few of their values are
/// distinctive for a match to mean anything; `rowHits` of the scanned were found; `labelHits`
/// counts the persons whose labels were found, in sequence or as a set.
public record RowScanCount(long scanned, long tooPlain, long rowHits, long labelHits) {
  public RowScanCount {
    if (scanned < 0 || tooPlain < 0 || rowHits < 0 || rowHits > scanned) {
      throw new IllegalArgumentException(
          "%d rows hit of %d scanned, %d too plain".formatted(rowHits, scanned, tooPlain));
    }
    if (labelHits < 0 || labelHits > scanned + tooPlain) {
      throw new IllegalArgumentException(
          "labels of %d persons hit, of %d".formatted(labelHits, scanned + tooPlain));
    }
  }

  /// Whether anything of the table was found in the weights; such a model cannot be released.
  public boolean found() {
    return rowHits > 0 || labelHits > 0;
  }
}

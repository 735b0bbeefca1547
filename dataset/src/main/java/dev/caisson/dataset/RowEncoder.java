package dev.caisson.dataset;

import java.util.List;

/// Cells' texts to a model's input as a description declares them, for whoever reads a table in
/// another way than [RowReader] and [Table]: the same code encodes, so the same texts give the same
/// floats. Not thread-safe.
public final class RowEncoder {
  private final List<Encoder> encoders;
  private final List<String> missingTexts;
  private final int[] starts;
  private final List<String> features;

  public RowEncoder(DatasetDescription description) {
    encoders = description.columns().stream().map(Encoder::new).toList();
    missingTexts = description.missingTexts();
    features = description.features().names();
    starts = new int[encoders.size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + encoders.get(i - 1).width();
    }
  }

  /// Names of the features of a row.
  public List<String> features() {
    return features;
  }

  /// Where the features of a declared column begin in a row.
  public int start(int column) {
    return starts[column];
  }

  /// How many features a declared column becomes.
  public int width(int column) {
    return encoders.get(column).width();
  }

  /// Writes the features of one cell into a row that starts at `to[at]`.
  public void encode(int column, String cell, float[] to, int at) throws BadCellException {
    Encoder encoder = encoders.get(column);
    if (missingTexts.contains(cell)) {
      encoder.encodeMissing(to, at + starts[column]);
    } else {
      encoder.encode(cell, to, at + starts[column]);
    }
  }
}

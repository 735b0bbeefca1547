package dev.caisson.runtime.train;

/// Rows to train on. Takes the arrays as they are, without a copy: the caller leaves them alone
/// while the set is in use. Whether the labels suit the loss is for [Trainer#train] to check.
public final class TrainingSet {
  private final float[] x;
  private final int rows;
  private final int features;
  private final float[] y;

  /// @param x row after row, `rows × features` finite numbers
  /// @param y labels row after row: one per row, or as many per row as the model has outputs
  public TrainingSet(float[] x, int rows, int features, float[] y) {
    if (rows < 1 || features < 1) {
      throw new IllegalArgumentException(
          "a training set needs rows and features, got %d × %d".formatted(rows, features));
    }
    if (x.length != (long) rows * features) {
      throw new IllegalArgumentException(
          "%d rows of %d features are %d numbers, got %d"
              .formatted(rows, features, (long) rows * features, x.length));
    }
    if (y.length == 0 || y.length % rows != 0) {
      throw new IllegalArgumentException(
          "%d rows need the same number of labels each, got %d labels".formatted(rows, y.length));
    }
    for (int i = 0; i < x.length; i++) {
      if (!Float.isFinite(x[i])) {
        throw new IllegalArgumentException(
            "feature %d of row %d is %s; fill or drop missing values first"
                .formatted(i % features, i / features, x[i]));
      }
    }
    this.x = x;
    this.rows = rows;
    this.features = features;
    this.y = y;
  }

  public int rows() {
    return rows;
  }

  public int features() {
    return features;
  }

  /// Labels per row.
  public int labels() {
    return y.length / rows;
  }

  /// The features, row after row; not copied, for reading only.
  public float[] x() {
    return x;
  }

  /// The labels, row after row; not copied, for reading only.
  public float[] y() {
    return y;
  }
}

package dev.caisson.airlock.attack;

/// The model's raw outputs for a list of persons, with their true labels: one row per *person*.
///
/// Outputs are logits (before sigmoid or softmax) or, for regression, predicted values, row after
/// row. Held by reference: the caller does not change them. Immutable otherwise, thread-safe.
public final class Predictions {
  private final Task task;
  private final int width;
  private final float[] outputs;
  private final float[] labels;

  /// `outputs` has `labels.length * width` entries; everything finite; labels within the task's
  /// range.
  public Predictions(Task task, int width, float[] outputs, float[] labels) {
    boolean wide = task == Task.MULTICLASS;
    if (wide ? width < 2 : width != 1) {
      throw new IllegalArgumentException("%s with %d outputs a row".formatted(task, width));
    }
    if (outputs.length != (long) labels.length * width) {
      throw new IllegalArgumentException(
          "%d outputs for %d persons of %d outputs each"
              .formatted(outputs.length, labels.length, width));
    }
    this.task = task;
    this.width = width;
    this.outputs = outputs;
    this.labels = labels;
    for (int i = 0; i < labels.length; i++) {
      checkRow(i);
    }
  }

  private void checkRow(int row) {
    for (int k = 0; k < width; k++) {
      if (!Float.isFinite(outputs[row * width + k])) {
        throw new UnusableOutputException(
            "the model's output %d for row %d is not finite".formatted(k, row));
      }
    }
    float label = labels[row];
    int classes = task == Task.BINARY ? 2 : width;
    boolean valid =
        task == Task.REGRESSION
            ? Float.isFinite(label)
            : label >= 0 && label < classes && label == Math.rint(label);
    if (!valid) {
      throw new IllegalArgumentException(
          "the label of row %d does not fit %s with %d outputs".formatted(row, task, width));
    }
  }

  public int persons() {
    return labels.length;
  }

  public Task task() {
    return task;
  }

  /// phi = log p_y - log(sum of the other classes' p), from logits by log-sum-exp, so that neither
  /// saturates (Carlini et al., *Membership inference attacks from first principles*, 2022, IV-C).
  /// Not defined for regression.
  public double logOdds(int person) {
    if (task == Task.REGRESSION) {
      throw new IllegalStateException("regression has no class log odds; use the loss");
    }
    if (task == Task.BINARY) {
      return labels[person] == 1 ? outputs[person] : -outputs[person];
    }
    int truth = (int) labels[person];
    double top = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < width; k++) {
      if (k != truth) {
        top = Math.max(top, outputs[person * width + k]);
      }
    }
    double others = 0;
    for (int k = 0; k < width; k++) {
      if (k != truth) {
        others += Math.exp(outputs[person * width + k] - top);
      }
    }
    return outputs[person * width + truth] - top - Math.log(others);
  }

  /// Cross-entropy log(1 + e^-phi), or half the squared error.
  public double loss(int person) {
    if (task == Task.REGRESSION) {
      double error = (double) outputs[person] - labels[person];
      return error * error / 2;
    }
    double phi = logOdds(person);
    return Math.max(-phi, 0) + Math.log1p(Math.exp(-Math.abs(phi)));
  }

  /// Whether the most likely class is the true one; a tie is an error. Not defined for regression.
  public boolean correct(int person) {
    if (task != Task.MULTICLASS) {
      return logOdds(person) > 0;
    }
    int truth = (int) labels[person];
    for (int k = 0; k < width; k++) {
      if (k != truth && outputs[person * width + k] >= outputs[person * width + truth]) {
        return false;
      }
    }
    return true;
  }
}

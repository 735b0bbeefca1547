package dev.caisson.airlock.attack;

/// The model's outputs for rows, with their true labels.
///
/// Outputs are logits (before sigmoid or softmax) or, where a model has none to give,
/// probabilities; predicted values in regression; log-likelihoods in survival. Row after row, held
/// by reference: the caller does not change them. Immutable otherwise, thread-safe.
public final class Predictions {
  private static final double ROUNDING = 1e-5; // a hundred float additions may miss 0 or 1 so far
  private static final double SUM_TOLERANCE = 1e-3; // of float probabilities written with 4 digits

  private final Task task;
  private final int width;
  private final float[] outputs;
  private final float[] labels;
  private final double floor; // of probabilities; 0 for anything else

  /// Of logits, values or log-likelihoods. `outputs` has `labels.length * width` entries;
  /// everything finite; labels within the task's range.
  public Predictions(Task task, int width, float[] outputs, float[] labels) {
    this(task, width, outputs, labels, 0);
  }

  /// Of probabilities (tree ensembles, scikit-learn's exports): of class 1, or of each class and
  /// then adding up to 1. They count as at least `floor` and at most 1 - `floor`, in (0, .5): a
  /// forest's 0 of T votes is no certainty (see [#floorOfTrees]).
  public static Predictions ofProbabilities(
      Task task, int width, float[] probabilities, float[] labels, double floor) {
    if (task != Task.BINARY && task != Task.MULTICLASS) {
      throw new IllegalArgumentException(task + " has no probabilities");
    }
    if (!(floor > 0 && floor < 0.5)) {
      throw new IllegalArgumentException("a floor of probabilities is in (0, .5), got " + floor);
    }
    return new Predictions(task, width, probabilities, labels, floor);
  }

  /// Whether these outputs can be taken for probabilities where nothing tells what they are: all in
  /// 0..1 and, of several a row, each row adding up to 1.
  public static boolean lookLikeProbabilities(float[] outputs, int width) {
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      if (!(outputs[i] >= 0 && outputs[i] <= 1)) {
        return false;
      }
      sum += outputs[i];
      if ((i + 1) % width == 0) {
        if (width > 1 && Math.abs(sum - 1) > SUM_TOLERANCE) {
          return false;
        }
        sum = 0;
      }
    }
    return true;
  }

  /// Half a vote of so many trees: 1 / (2 trees).
  public static double floorOfTrees(int trees) {
    if (trees < 2) {
      throw new IllegalArgumentException("an ensemble has at least 2 trees, got " + trees);
    }
    return 1.0 / (2.0 * trees);
  }

  private Predictions(Task task, int width, float[] outputs, float[] labels, double floor) {
    boolean wide = task == Task.MULTICLASS;
    if (wide ? width < 2 : width != 1) {
      throw new IllegalArgumentException("%s with %d outputs a row".formatted(task, width));
    }
    if (outputs.length != (long) labels.length * width) {
      throw new IllegalArgumentException(
          "%d outputs for %d rows of %d outputs each"
              .formatted(outputs.length, labels.length, width));
    }
    this.task = task;
    this.width = width;
    this.outputs = outputs;
    this.labels = labels;
    this.floor = floor;
    for (int i = 0; i < labels.length; i++) {
      checkRow(i);
    }
  }

  private void checkRow(int row) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      float output = outputs[row * width + k];
      sum += output;
      if (!Float.isFinite(output)) {
        throw new UnusableOutputException(
            "the model's output %d is not a finite number for some rows".formatted(k));
      }
      if (probabilities()
          ? !(output >= -ROUNDING && output <= 1 + ROUNDING)
          : task == Task.SURVIVAL && output > 0) {
        throw new UnusableOutputException(
            "the model's output %d is no %s for some rows"
                .formatted(k, probabilities() ? "probability" : "log-likelihood"));
      }
    }
    if (probabilities() && task == Task.MULTICLASS && Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new UnusableOutputException(
          "the model's probabilities do not add up to 1 for some rows");
    }
    if (!fits(labels[row])) {
      throw new IllegalArgumentException(
          "the label of row %d does not fit %s with %d outputs".formatted(row, task, width));
    }
  }

  private boolean fits(float label) {
    int classes = task == Task.MULTICLASS ? width : 2;
    return task == Task.REGRESSION
        ? Float.isFinite(label)
        : label >= 0 && label < classes && label == Math.rint(label);
  }

  /// The same kind of outputs of the same model for other rows.
  public Predictions of(float[] otherOutputs, float[] otherLabels) {
    return new Predictions(task, width, otherOutputs, otherLabels, floor);
  }

  public int rows() {
    return labels.length;
  }

  public Task task() {
    return task;
  }

  /// Outputs a row.
  public int width() {
    return width;
  }

  public float output(int row, int which) {
    return outputs[row * width + which];
  }

  public float label(int row) {
    return labels[row];
  }

  /// Whether outputs are probabilities, not logits.
  public boolean probabilities() {
    return floor > 0;
  }

  /// Whether the model says the same of every row.
  boolean constant() {
    for (int i = width; i < outputs.length; i++) {
      if (outputs[i] != outputs[i - width]) {
        return false;
      }
    }
    return true;
  }

  /// How well the model fits the row, the signal of most attacks: phi where there are classes;
  /// minus half the squared error in regression, which orders rows as a Gaussian log-likelihood of
  /// any one variance does; the log-likelihood in survival.
  public double signal(int row) {
    return switch (task) {
      case BINARY, MULTICLASS -> logOdds(row);
      case REGRESSION -> 0 - loss(row);
      case SURVIVAL -> outputs[row];
      case RISK -> throw new IllegalStateException("a risk score alone has no likelihood");
    };
  }

  /// phi = log p_y - log(sum of the other classes' p), from logits by log-sum-exp, so that neither
  /// saturates (Carlini et al., *Membership inference attacks from first principles*, 2022, IV-C).
  /// Defined where there are classes.
  public double logOdds(int row) {
    if (task != Task.BINARY && task != Task.MULTICLASS) {
      throw new IllegalStateException(task + " has no class log odds");
    }
    if (probabilities()) {
      return logOddsOf(task == Task.BINARY ? outputs[row] : outputs[row * width + truth(row)], row);
    }
    if (task == Task.BINARY) {
      return labels[row] == 1 ? outputs[row] : -outputs[row];
    }
    return logOddsFromLogits(row, truth(row));
  }

  /// A number that rises with the probability that the model gives the row for this class (1 in
  /// binary tasks), comparable between rows. Defined where there are classes.
  public double leaning(int row, int someClass) {
    return switch (task) {
      case BINARY -> outputs[row];
      case MULTICLASS ->
          probabilities() ? outputs[row * width + someClass] : logOddsFromLogits(row, someClass);
      case REGRESSION, SURVIVAL, RISK -> throw new IllegalStateException(task + " has no classes");
    };
  }

  private double logOddsFromLogits(int row, int truth) {
    double top = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < width; k++) {
      if (k != truth) {
        top = Math.max(top, outputs[row * width + k]);
      }
    }
    double others = 0;
    for (int k = 0; k < width; k++) {
      if (k != truth) {
        others += Math.exp(outputs[row * width + k] - top);
      }
    }
    return outputs[row * width + truth] - top - Math.log(others);
  }

  private double logOddsOf(double probability, int row) {
    double clipped = Math.clamp(probability, floor, 1 - floor);
    double odds = Math.log(clipped) - Math.log1p(-clipped);
    return task == Task.BINARY && labels[row] == 0 ? 0 - odds : odds;
  }

  private int truth(int row) {
    return (int) labels[row];
  }

  /// Cross-entropy log(1 + e^-phi), half the squared error, or minus the log-likelihood.
  public double loss(int row) {
    if (task == Task.REGRESSION) {
      double error = (double) outputs[row] - labels[row];
      return error * error / 2;
    }
    return task == Task.SURVIVAL ? 0 - outputs[row] : DiscreteTime.softplus(-logOdds(row));
  }

  /// Whether the most likely class is the true one; a tie is an error. Defined where there are
  /// classes.
  public boolean correct(int row) {
    if (task != Task.MULTICLASS) {
      return probabilities()
          ? (labels[row] == 1 ? outputs[row] > 0.5f : outputs[row] < 0.5f)
          : logOdds(row) > 0;
    }
    int truth = truth(row);
    for (int k = 0; k < width; k++) {
      if (k != truth && outputs[row * width + k] >= outputs[row * width + truth]) {
        return false;
      }
    }
    return true;
  }
}

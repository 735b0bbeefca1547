package dev.caisson.airlock.evidence;

import dev.caisson.airlock.attack.Task;
import java.util.List;

/// How good a model is, in one number, as researchers report it.
public enum Metric {
  /// The chance that a random person of a class is ranked above one of another; of several classes
  /// the plain mean of one class against the rest (scikit-learn's `roc_auc_score` with
  /// `multi_class="ovr", average="macro"`).
  AUC("auc", 0, 1),
  /// The share of rows whose most likely class is the true one; a tie is an error.
  ACCURACY("accuracy", 0, 1),
  /// The mean of -log of the true class's probability, natural, probabilities clipped as for the
  /// attacks; in survival the mean over persons of minus the log-likelihood.
  LOG_LOSS("log-loss", 0, 1e6),
  /// 1 - (sum of squared errors) / (sum of squares around the mean of these rows).
  R2("r2", -1e6, 1),
  /// The root of the mean squared error.
  RMSE("rmse", 0, 1e30),
  /// The mean absolute error.
  MAE("mae", 0, 1e30);

  private final String words;
  private final double least;
  private final double most;

  Metric(String words, double least, double most) {
    this.words = words;
    this.least = least;
    this.most = most;
  }

  /// As it is written on the command line and in dossiers.
  public String words() {
    return words;
  }

  boolean allows(double value) {
    return least <= value && value <= most;
  }

  double least() {
    return least;
  }

  double most() {
    return most;
  }

  /// Whether it is a share, so that an exact interval can be had where nobody errs.
  boolean share() {
    return this == AUC || this == ACCURACY;
  }

  /// What can be declared of such a model; nothing for risk scores.
  public static List<Metric> of(Task task) {
    return switch (task) {
      case BINARY, MULTICLASS -> List.of(AUC, ACCURACY, LOG_LOSS);
      case REGRESSION -> List.of(R2, RMSE, MAE);
      case SURVIVAL -> List.of(LOG_LOSS);
      case RISK -> List.of();
    };
  }
}

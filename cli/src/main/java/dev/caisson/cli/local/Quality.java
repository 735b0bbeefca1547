package dev.caisson.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.airlock.statistics.RankSum;
import dev.caisson.runtime.train.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How well outputs fit labels.
///
/// @param loss the mean over rows, as training minimises it; NaN if an output is not finite
/// @param figures by name, in the order to show: AUC and accuracy, accuracy, or RMSE and R2. One
///   that the rows do not define (the AUC of a single class, or of more than 2 million rows of one)
///   is NaN
record Quality(double loss, Map<String, Double> figures) {
  private static final int MOST_OF_A_CLASS = 2_000_000;

  /// @param outputs row after row, `k` a row
  /// @param y one label a row: 0 or 1, a class, or a number, as the loss wants
  static Quality of(Loss loss, float[] outputs, int k, float[] y) {
    for (float output : outputs) {
      if (!Float.isFinite(output)) {
        Map<String, Double> none = new LinkedHashMap<>();
        names(loss).forEach(name -> none.put(name, Double.NaN));
        return new Quality(Double.NaN, none);
      }
    }
    return switch (loss) {
      case BINARY_CROSS_ENTROPY -> binary(outputs, y);
      case SOFTMAX_CROSS_ENTROPY -> classes(outputs, k, y);
      case MEAN_SQUARED_ERROR, HUBER -> numbers(loss, outputs, y);
    };
  }

  static List<String> names(Loss loss) {
    return switch (loss) {
      case BINARY_CROSS_ENTROPY -> List.of("AUC", "accuracy");
      case SOFTMAX_CROSS_ENTROPY -> List.of("accuracy");
      case MEAN_SQUARED_ERROR, HUBER -> List.of("RMSE", "R2");
    };
  }

  private static Quality binary(float[] logits, float[] y) {
    double loss = 0;
    int right = 0;
    int positives = 0;
    for (int i = 0; i < y.length; i++) {
      double z = logits[i];
      loss += Math.max(z, 0) - z * y[i] + Math.log1p(Math.exp(-Math.abs(z)));
      right += (z > 0) == (y[i] == 1) ? 1 : 0;
      positives += y[i] == 1 ? 1 : 0;
    }
    return quality(loss / y.length, "AUC", auc(logits, y, positives), "accuracy", share(right, y));
  }

  private static double auc(float[] logits, float[] y, int positives) {
    int negatives = y.length - positives;
    if (Math.min(positives, negatives) == 0 || Math.max(positives, negatives) > MOST_OF_A_CLASS) {
      return Double.NaN;
    }
    double[] with = new double[positives];
    double[] without = new double[negatives];
    int w = 0;
    int o = 0;
    for (int i = 0; i < y.length; i++) {
      if (y[i] == 1) {
        with[w++] = logits[i];
      } else {
        without[o++] = logits[i];
      }
    }
    return RankSum.of(with, without).auc();
  }

  private static Quality classes(float[] logits, int k, float[] y) {
    double loss = 0;
    int right = 0;
    for (int i = 0; i < y.length; i++) {
      int best = 0;
      for (int j = 1; j < k; j++) {
        best = logits[i * k + j] > logits[i * k + best] ? j : best;
      }
      double sum = 0;
      for (int j = 0; j < k; j++) {
        sum += Math.exp(logits[i * k + j] - logits[i * k + best]);
      }
      loss += Math.log(sum) + logits[i * k + best] - logits[i * k + (int) y[i]];
      right += best == (int) y[i] ? 1 : 0;
    }
    return quality(loss / y.length, "accuracy", share(right, y));
  }

  private static Quality numbers(Loss loss, float[] outputs, float[] y) {
    double squares = 0;
    double huber = 0;
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      double error = Math.abs((double) outputs[i] - y[i]);
      squares += error * error;
      huber += error <= 1 ? error * error / 2 : error - 0.5;
      sum += y[i];
    }
    double mean = sum / y.length;
    double spread = 0;
    for (float label : y) {
      spread += (label - mean) * (label - mean);
    }
    double r2 = spread > 0 ? 1 - squares / spread : Double.NaN;
    return quality(
        (loss == Loss.HUBER ? huber : squares) / y.length,
        "RMSE",
        Math.sqrt(squares / y.length),
        "R2",
        r2);
  }

  private static double share(int right, float[] y) {
    return (double) right / y.length;
  }

  private static Quality quality(double loss, Object... figures) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (int i = 0; i < figures.length; i += 2) {
      named.put((String) figures[i], (Double) figures[i + 1]);
    }
    return new Quality(loss, named);
  }

  /// Four decimals, or a dash for what is not defined.
  static String shown(double figure) {
    return Double.isFinite(figure) ? "%.4f".formatted(figure) : "-";
  }

  void putTo(ObjectNode json) {
    put(json, "loss", loss);
    figures.forEach((name, figure) -> put(json, name, figure));
  }

  /// JSON has no NaN.
  static void put(ObjectNode json, String name, double figure) {
    if (Double.isFinite(figure)) {
      json.put(name, figure);
    } else {
      json.putNull(name);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("loss " + shown(loss));
    figures.forEach((name, figure) -> text.append("  %s %s".formatted(name, shown(figure))));
    return text.toString();
  }
}

package dev.caisson.client.training;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.statistics.RankSum;
import dev.caisson.dataset.Samples;

/// How well one state of a model predicts some persons.
///
/// @param loss mean binary cross-entropy
/// @param auc the chance that a person with the outcome scores above one without
public record Metrics(double loss, double auc) {

  /// From one logit per person. Both outcomes must occur.
  public static Metrics of(float[] logits, Samples persons) {
    float[] labels = persons.labels();
    Predictions predictions = new Predictions(Task.BINARY, 1, logits, labels);
    double loss = 0;
    int positives = 0;
    for (int i = 0; i < labels.length; i++) {
      loss += predictions.loss(i);
      positives += labels[i] == 1 ? 1 : 0;
    }
    double[] with = new double[positives];
    double[] without = new double[labels.length - positives];
    int w = 0;
    int o = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == 1) {
        with[w++] = logits[i];
      } else {
        without[o++] = logits[i];
      }
    }
    return new Metrics(loss / labels.length, RankSum.of(with, without).auc());
  }
}

package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.train.Labels;

/// A loss and its gradient for the outputs of a batch, in double precision: means as
/// [dev.caisson.runtime.train.Loss] says.
final class LossGradient {
  private final Labels labels;
  private double loss;

  LossGradient(Labels labels) {
    this.labels = labels;
  }

  /// The loss of the last batch.
  double loss() {
    return loss;
  }

  /// @param y labels of the same rows
  float[] of(float[] outputs, float[] y) {
    float[] gradient = new float[outputs.length];
    loss = 0;
    switch (labels.loss()) {
      case BINARY_CROSS_ENTROPY -> {
        for (int i = 0; i < outputs.length; i++) {
          double z = outputs[i];
          // log(1 + e^z) - y·z, without overflow.
          loss += Math.max(z, 0) - z * y[i] + Math.log1p(Math.exp(-Math.abs(z)));
          gradient[i] = (float) ((1 / (1 + Math.exp(-z)) - y[i]) / outputs.length);
        }
        loss /= outputs.length;
      }
      case MEAN_SQUARED_ERROR -> {
        for (int i = 0; i < outputs.length; i++) {
          double error = (double) outputs[i] - y[i];
          loss += error * error;
          gradient[i] = (float) (2 * error / outputs.length);
        }
        loss /= outputs.length;
      }
      case HUBER -> {
        for (int i = 0; i < outputs.length; i++) {
          double error = (double) outputs[i] - y[i];
          double size = Math.abs(error);
          loss += size <= 1 ? error * error / 2 : size - 0.5;
          gradient[i] = (float) (Math.clamp(error, -1, 1) / outputs.length);
        }
        loss /= outputs.length;
      }
      case SOFTMAX_CROSS_ENTROPY -> softmax(outputs, y, gradient);
    }
    return gradient;
  }

  /// The classes are the second dimension; what follows are positions, each with a label.
  private void softmax(float[] outputs, float[] y, float[] gradient) {
    int classes = Math.toIntExact(labels.classes());
    int positions = labels.perRow();
    for (int label = 0; label < y.length; label++) {
      int start = label / positions * classes * positions + label % positions;
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        largest = Math.max(largest, outputs[start + c * positions]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(outputs[start + c * positions] - largest);
      }
      int right = (int) y[label];
      loss += Math.log(sum) + largest - outputs[start + right * positions];
      for (int c = 0; c < classes; c++) {
        double share = Math.exp(outputs[start + c * positions] - largest) / sum;
        gradient[start + c * positions] = (float) ((share - (c == right ? 1 : 0)) / y.length);
      }
    }
    loss /= y.length;
  }
}

package dev.caisson.cli.chaos;

import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.TrainingSet;

/// Logistic regression by plain stochastic gradient descent. A vector holds the weights, in the
/// order of the features, then the bias. Arithmetic is in doubles and the same on every machine;
/// only what goes in and comes out is in floats.
///
/// One step is a gradient step on a convex function whose gradient has the Lipschitz constant L =
/// max |(x, 1)|² / 4. At a rate of at most 2/L it never takes two starting points further apart
/// (Hardt, Recht and Singer 2016, lemma 3.7), so neither does a round of steps: an error in a state
/// does not grow. [Simulation] rests on that.
final class Logistic {
  private static final long SHUFFLE = 1;

  private Logistic() {}

  /// The vector after some epochs from this one.
  static float[] trained(
      float[] start, TrainingSet set, int epochs, int batch, double rate, Seed seed) {
    double[] w = new double[start.length];
    for (int i = 0; i < w.length; i++) {
      w[i] = start[i];
    }
    for (int epoch = 0; epoch < epochs; epoch++) {
      long[] order = seed.shuffle(set.rows(), SHUFFLE + epoch);
      for (int from = 0; from < order.length; from += batch) {
        step(w, set, order, from, Math.min(order.length, from + batch), rate);
      }
    }
    float[] end = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      end[i] = (float) w[i];
    }
    return end;
  }

  private static void step(
      double[] w, TrainingSet set, long[] order, int from, int to, double rate) {
    int features = set.features();
    double[] gradient = new double[w.length];
    for (int k = from; k < to; k++) {
      int row = (int) order[k];
      double z = w[features];
      for (int i = 0; i < features; i++) {
        z += w[i] * set.x()[row * features + i];
      }
      double error = 1 / (1 + StrictMath.exp(-z)) - set.y()[row];
      for (int i = 0; i < features; i++) {
        gradient[i] += error * set.x()[row * features + i];
      }
      gradient[features] += error;
    }
    for (int i = 0; i < w.length; i++) {
      w[i] -= rate * gradient[i] / (to - from);
    }
  }

  /// One logit a row.
  static float[] logits(float[] vector, float[] x, int rows) {
    int features = vector.length - 1;
    float[] logits = new float[rows];
    for (int row = 0; row < rows; row++) {
      double z = vector[features];
      for (int i = 0; i < features; i++) {
        z += (double) vector[i] * x[row * features + i];
      }
      logits[row] = (float) z;
    }
    return logits;
  }
}

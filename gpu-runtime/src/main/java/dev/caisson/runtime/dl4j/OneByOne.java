package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingSet;
import java.util.List;

/// An ensemble whose members train one after the other. Unlike a real ensemble, dropout too is that
/// of a trainer of its own. Progress is told for each member's rows in turn.
final class OneByOne implements EnsembleTrainer {
  private final List<Trainer> trainers;

  OneByOne(List<Trainer> trainers) {
    this.trainers = List.copyOf(trainers);
  }

  @Override
  public ParameterLayout layout() {
    return trainers.getFirst().layout();
  }

  @Override
  public int members() {
    return trainers.size();
  }

  @Override
  public void load(List<float[]> vectors) {
    requireEach("vectors", vectors);
    for (int i = 0; i < trainers.size(); i++) {
      trainers.get(i).load(vectors.get(i));
    }
  }

  @Override
  public double[] train(
      TrainingSet set, List<int[]> rows, List<Seed> seeds, int epochs, Progress progress)
      throws TrainingException, InterruptedException {
    requireEach("lists of rows", rows);
    requireEach("seeds", seeds);
    if (rows.stream().anyMatch(r -> r.length != rows.getFirst().length)) {
      throw new IllegalArgumentException("each member must have the same number of rows");
    }
    double[] losses = new double[trainers.size()];
    for (int i = 0; i < losses.length; i++) {
      losses[i] =
          trainers
              .get(i)
              .train(part(set, rows.get(i)), epochs, seeds.get(i), progress)
              .lastEpochLoss();
    }
    return losses;
  }

  private void requireEach(String what, List<?> given) {
    if (given.size() != trainers.size()) {
      throw new IllegalArgumentException(
          "%d members need as many %s, got %d".formatted(trainers.size(), what, given.size()));
    }
  }

  private static TrainingSet part(TrainingSet set, int[] rows) {
    float[] x = new float[Math.multiplyExact(rows.length, set.features())];
    float[] y = new float[Math.multiplyExact(rows.length, set.labels())];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 || rows[i] >= set.rows()) {
        throw new IllegalArgumentException(
            "row %d is not one of the set's %d".formatted(rows[i], set.rows()));
      }
      System.arraycopy(set.x(), rows[i] * set.features(), x, i * set.features(), set.features());
      System.arraycopy(set.y(), rows[i] * set.labels(), y, i * set.labels(), set.labels());
    }
    return new TrainingSet(x, rows.length, set.features(), y);
  }

  @Override
  public List<float[]> vectors() {
    return trainers.stream().map(Trainer::vector).toList();
  }

  @Override
  public void close() {
    trainers.forEach(Trainer::close);
  }
}

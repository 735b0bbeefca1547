package dev.caisson.cli.bench;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.Lifeline;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Writes made-up rows and a model, for [AssessmentsCommand] to start: a multi-layer perceptron
/// COLUMNS-64-32-1 that the sites' trainer has trained for [#EPOCHS] epochs on the first members,
/// at most [#TRAINED] of them.
@Command(name = "airlock-set-up", hidden = true, description = "What 'bench airlock' assesses.")
final class AssessmentSetUp implements Callable<Integer> {
  static final int TRAINED = 10_000;
  static final int EPOCHS = 5;
  private static final int BATCH = 64;

  @Mixin private final Lifeline lifeline = new Lifeline();

  @Option(names = "--folder", required = true)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path folder;

  @Option(names = "--rows", required = true, split = ",")
  private List<Integer> rows = List.of();

  @Option(names = "--columns", required = true)
  private int columns;

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    lifeline.hold();
    AssessmentFiles files = new AssessmentFiles(folder);
    for (int all : rows) {
      SyntheticRows.members(columns).write(files.members(all), all / 2);
      SyntheticRows.nonMembers(columns).write(files.nonMembers(all), all - all / 2);
    }
    try {
      trained(Math.min(TRAINED, rows.getFirst() / 2)).save(files.model());
      return 0;
    } catch (InvalidModelException | UnsupportedModelException | TrainingException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private OnnxModel trained(int members)
      throws InvalidModelException,
          UnsupportedModelException,
          TrainingException,
          InterruptedException {
    OnnxModel model = ModelSpec.mlp(columns, List.of(64, 32), 1, 1).build();
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.adam(), 0.001, BATCH);
    try (Trainer trainer = new PyTorchEngine().open(model, recipe, new EngineOptions(1))) {
      trainer.train(set(members), EPOCHS, new Seed(1, 0), Progress.NONE);
      return model.withVector(trainer.vector());
    }
  }

  private TrainingSet set(int members) {
    SyntheticRows people = SyntheticRows.members(columns);
    float[] x = new float[members * columns];
    float[] y = new float[members];
    float[] row = new float[columns];
    for (int i = 0; i < members; i++) {
      y[i] = people.next(row);
      System.arraycopy(row, 0, x, i * columns, columns);
    }
    return new TrainingSet(x, members, columns, y);
  }
}

package dev.caisson.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Schedule;
import dev.caisson.runtime.train.TrainingRecipe;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options that make a [TrainingRecipe].
final class RecipeOptions {
  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  private enum Step {
    SGD,
    ADAM,
    ADAMW
  }

  private enum Name {
    BCE(Loss.BINARY_CROSS_ENTROPY),
    SOFTMAX(Loss.SOFTMAX_CROSS_ENTROPY),
    MSE(Loss.MEAN_SQUARED_ERROR),
    HUBER(Loss.HUBER);

    private final Loss loss;

    Name(Loss loss) {
      this.loss = loss;
    }
  }

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description =
          "bce (binary cross-entropy), softmax, mse or huber (default: what label and outputs "
              + "suggest; the output says which).")
  private @Nullable Name loss;

  @Option(
      names = "--optimiser",
      defaultValue = "adam",
      paramLabel = "NAME",
      description = "sgd, adam or adamw (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Step optimiser;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "Default: 0.001, for sgd 0.01.")
  private @Nullable Double learningRate;

  @Option(
      names = "--batch",
      defaultValue = "32",
      paramLabel = "ROWS",
      description = "Rows per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(names = "--momentum", paramLabel = "SHARE", description = "For sgd only (default: 0).")
  private @Nullable Double momentum;

  @Option(
      names = "--weight-decay",
      defaultValue = "0",
      paramLabel = "RATE",
      description = "Added to the gradient; for adamw, shrinks the weights (default: 0).")
  private double weightDecay;

  @Option(
      names = "--clip-norm",
      paramLabel = "NORM",
      description =
          "Scales down a gradient, over all weights together, that is longer than this (default: no "
              + "limit).")
  private @Nullable Double clipNorm;

  /// What the person asked for, or null.
  @Nullable Loss loss() {
    return loss == null ? null : loss.loss;
  }

  /// Refuses bad values as arguments are refused.
  TrainingRecipe recipe(Loss chosen, Schedule schedule) {
    if (momentum != null && optimiser != Step.SGD) {
      throw new ParameterException(
          command.commandLine(), "--momentum is for --optimiser sgd; adam has moments of its own");
    }
    if (clipNorm != null && !(clipNorm > 0)) {
      throw new ParameterException(
          command.commandLine(), "--clip-norm must be above 0, got " + clipNorm);
    }
    try {
      Optimiser steps =
          switch (optimiser) {
            case SGD -> new Optimiser.Sgd(momentum == null ? 0 : momentum, weightDecay);
            case ADAM -> new Optimiser.Adam(0.9, 0.999, 1e-8, weightDecay);
            case ADAMW -> new Optimiser.AdamW(0.9, 0.999, 1e-8, weightDecay);
          };
      return new TrainingRecipe(chosen, steps, rate(), batch)
          .withSchedule(schedule)
          .withClipNorm(clipNorm == null ? 0 : clipNorm);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "the recipe: " + e.getMessage(), e);
    }
  }

  private double rate() {
    if (learningRate != null) {
      return learningRate;
    }
    return optimiser == Step.SGD ? 0.01 : 0.001;
  }

  /// Steps that an epoch over so many rows takes.
  long steps(int rows) {
    return Math.ceilDiv(rows, batch);
  }

  void putTo(ObjectNode json) {
    json.put("optimiser", optimiser.name().toLowerCase(Locale.ROOT));
    json.put("learningRate", rate()).put("batch", batch);
    if (momentum != null) {
      json.put("momentum", momentum.doubleValue());
    }
    json.put("weightDecay", weightDecay);
    if (clipNorm != null) {
      json.put("clipNorm", clipNorm.doubleValue());
    }
  }
}

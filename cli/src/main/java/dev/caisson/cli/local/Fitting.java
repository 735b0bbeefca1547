package dev.caisson.cli.local;

import dev.caisson.cli.progress.Progress;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The loop over epochs: train, judge, and with patience stop when judging no longer gets better.
/// With one table, seed and thread count the result is bit-equal.
///
/// The optimiser goes on from epoch to epoch here; at a site it starts afresh each round.
final class Fitting {
  private final Trainer trainer;
  private final Loss loss;
  private final TrainingSet train;
  private final Optional<TrainingSet> validation;
  private final Set<String> notices = new LinkedHashSet<>();

  /// One epoch. The loss in training is the mean over its steps, dropout and all.
  record Epoch(int number, double trainLoss, Optional<Quality> validation) {}

  /// @param kept the epoch whose weights the trainer now has
  /// @param notices what the engine said on the way, each once
  record Fitted(List<Epoch> epochs, int kept, List<String> notices) {}

  Fitting(Trainer trainer, Loss loss, TrainingSet train, Optional<TrainingSet> validation) {
    this.trainer = trainer;
    this.loss = loss;
    this.train = train;
    this.validation = validation;
  }

  /// @param patience epochs without a lower validation loss before stopping, and then the weights
  ///   of the lowest come back; 0 to run all epochs and keep the last weights
  Fitted run(int epochs, int patience, long seed, Progress progress)
      throws TrainingException, InterruptedException {
    List<Epoch> done = new ArrayList<>();
    double lowest = Double.POSITIVE_INFINITY;
    int best = 0;
    float[] weights = trainer.vector();
    for (int number = 1; number <= epochs; number++) {
      TrainingReport report = epoch(number, epochs, seed, progress);
      Optional<Quality> quality = judge(validation);
      done.add(new Epoch(number, report.meanLoss(), quality));
      progress.update(
          number,
          epochs,
          "training loss %s%s"
              .formatted(
                  Quality.shown(report.meanLoss()),
                  quality.map(q -> "  validation " + q).orElse("")));
      double judged = quality.map(Quality::loss).orElse(Double.NaN);
      if (patience > 0 && judged < lowest) {
        lowest = judged;
        best = number;
        weights = trainer.vector();
      } else if (patience > 0 && number - best >= patience) {
        break;
      }
    }
    if (best == 0) {
      return new Fitted(done, done.size(), List.copyOf(notices));
    }
    trainer.load(weights);
    return new Fitted(done, best, List.copyOf(notices));
  }

  /// Each epoch draws its order from a seed of its own. A schedule and the optimiser's moments go
  /// on, since nothing is loaded between epochs.
  private TrainingReport epoch(int number, int epochs, long seed, Progress progress)
      throws TrainingException, InterruptedException {
    try {
      return trainer.train(
          train,
          1,
          new Seed(seed, number),
          new dev.caisson.runtime.train.Progress() {
            @Override
            public void notice(String words) {
              notices.add(words);
              progress.say(words);
            }

            @Override
            public void trained(int epoch, int done, int rows, double meanLoss) {
              progress.within(
                  number - 1,
                  epochs,
                  (double) done / rows,
                  "training loss " + Quality.shown(meanLoss));
            }
          });
    } catch (TrainingException e) {
      throw new TrainingException("epoch %d: %s".formatted(number, e.getMessage()), e);
    }
  }

  Quality judge(TrainingSet rows) throws TrainingException {
    return Quality.of(loss, trainer.outputs(rows.x(), rows.rows()), trainer.outputs(), rows.y());
  }

  private Optional<Quality> judge(Optional<TrainingSet> rows) throws TrainingException {
    return rows.isPresent() ? Optional.of(judge(rows.get())) : Optional.empty();
  }
}

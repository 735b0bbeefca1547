package dev.caisson.client.training;

import dev.caisson.client.study.LocalStudy;
import dev.caisson.dataset.Samples;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A study's trainer on this site's persons. One thread at a time; close it, its memory is native.
public final class LocalTraining implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalTraining.class);

  private final LocalStudy study;
  private final Trainer trainer;
  private final TrainingSet members;
  private final DeviceTurns.Queue queue;
  private final Runnable release;
  private final Progress notices =
      new Progress() {
        @Override
        public void notice(String words) {
          LOG.warn("study '{}': {}", study.study(), words);
        }

        @Override
        public void trained(int epoch, int rowsDone, int rows, double meanLoss) {}
      };

  public LocalTraining(LocalStudy study, Engine engine, EngineOptions options)
      throws InvalidModelException, UnsupportedModelException {
    this(study, engine, options, new DeviceTurns().of(options.device()), () -> {});
  }

  /// @param queue where studies that train on this device wait for their turn
  /// @param release what to do after the trainer is closed
  LocalTraining(
      LocalStudy study,
      Engine engine,
      EngineOptions options,
      DeviceTurns.Queue queue,
      Runnable release)
      throws InvalidModelException, UnsupportedModelException {
    this.study = study;
    this.queue = queue;
    this.release = release;
    this.trainer = engine.open(study.model(), Recipes.of(study.plan().training()), options);
    Samples rows = study.persons().members();
    this.members = new TrainingSet(rows.features(), rows.rows(), rows.width(), rows.labels());
  }

  /// This study's turn on its device, waited for in the order of asking; until it is closed, no
  /// other study of this process computes there.
  public DeviceTurns.Turn turn() throws InterruptedException {
    return queue.take(study.study());
  }

  /// Loss and AUC of a state over the held-out persons. A state whose outputs are no numbers is
  /// refused: one with a negative running variance gives such.
  public Metrics evaluate(float[] state) throws TrainingException {
    trainer.load(state);
    Samples heldOut = study.persons().heldOut();
    float[] outputs = trainer.outputs(heldOut.features(), heldOut.rows());
    for (float output : outputs) {
      if (Float.isNaN(output)) {
        throw new TrainingException(
            "the state that the coordinator sent gives outputs that are no numbers; in a model with BatchNormalization, a plan's denominator below the sum of persons can make a running variance negative");
      }
    }
    return Metrics.of(outputs, heldOut);
  }

  /// The update of one round of training from a state, scaled down to the plan's clip norm where it
  /// is longer.
  ///
  /// @param round enters the shuffling seed, so that rounds differ and can be repeated
  public float[] update(float[] state, long round) throws TrainingException, InterruptedException {
    trainer.load(state);
    trainer.train(
        members, study.plan().training().epochs(), new Seed(study.plan().seed(), round), notices);
    float[] update = trainer.vector();
    for (int i = 0; i < update.length; i++) {
      update[i] -= state[i];
    }
    return clipped(update, study.plan().aggregation().clipNorm());
  }

  /// Number of members: this site's weight.
  public int weight() {
    return members.rows();
  }

  /// Numbers that the model takes per person.
  public int features() {
    return trainer.features();
  }

  /// Numbers that the model gives per person.
  public int outputs() {
    return trainer.outputs();
  }

  static float[] clipped(float[] update, double norm) {
    double squares = 0;
    for (float value : update) {
      squares += (double) value * value;
    }
    double length = Math.sqrt(squares);
    if (length <= norm) {
      return update;
    }
    float[] shorter = new float[update.length];
    for (int i = 0; i < update.length; i++) {
      shorter[i] = (float) (update[i] * (norm / length));
    }
    return shorter;
  }

  @Override
  public void close() {
    try {
      trainer.close();
    } finally {
      release.run();
    }
  }
}

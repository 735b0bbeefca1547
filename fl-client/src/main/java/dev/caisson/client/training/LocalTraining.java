package dev.caisson.client.training;

import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.study.SharedPart;
import dev.caisson.dataset.Samples;
import dev.caisson.protocol.strategy.StateShape;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A study's trainer on this site's persons. One thread at a time; close it, its memory is native.
public final class LocalTraining implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalTraining.class);

  private final LocalStudy study;
  private final SharedPart shared;
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
    this.shared = study.shared();
    this.trainer = engine.open(study.model(), Recipes.of(study.plan()), options);
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
  ///
  /// @param carried by this site at the state, as [LocalStudy#initiallyCarried] lays it out
  public Metrics evaluate(float[] state, float[] carried) throws TrainingException {
    trainer.load(whole(state, carried));
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

  /// The same of a site that has taken part in nothing.
  public Metrics evaluate(float[] state) throws TrainingException {
    return evaluate(state, study.initiallyCarried());
  }

  /// What a round of training gives. Row-level data went into it: nothing of it leaves but through
  /// masks.
  ///
  /// @param update of the shared numbers, at most as long as the plan's clip norm
  /// @param carried what this site carries from here on, if the round counts; never sent
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Work(float[] update, float[] carried) {
    @Override
    public String toString() {
      return "Work[withheld]";
    }
  }

  /// The update of a site that has taken part in nothing.
  public float[] update(float[] state, long round) throws TrainingException, InterruptedException {
    return work(state, study.initiallyCarried(), round).update();
  }

  /// One round of training from a state. The same for the same state, carried numbers and round.
  ///
  /// @param round enters the shuffling seed, so that rounds differ and can be repeated
  public Work work(float[] state, float[] carried, long round)
      throws TrainingException, InterruptedException {
    float[] start = whole(state, carried);
    int controls = study.controlLength();
    if (controls == 0) {
      trainer.load(start);
    } else {
      trainer.load(start, drift(state, carried));
    }
    trainer.train(
        members, study.plan().training().epochs(), new Seed(study.plan().seed(), round), notices);
    float[] after = trainer.vector();
    float[] next = new float[carried.length];
    System.arraycopy(shared.head(after), 0, next, controls, shared.headLength());
    float[] update = shared.shared(after); // a vector of our own, which may be the whole one
    for (int i = 0; i < update.length; i++) {
      update[i] -= state[i];
    }
    clip(update, study.plan().aggregation().clipNorm());
    if (controls > 0) {
      control(state, carried, update, next);
    }
    return new Work(update, next);
  }

  private float[] whole(float[] state, float[] carried) {
    return shared.whole(state, Arrays.copyOfRange(carried, study.controlLength(), carried.length));
  }

  /// SCAFFOLD's `c - c_i` in the places of the whole vector: the state's second vector, less what
  /// this site carries; nothing is added for personal parameters.
  private float[] drift(float[] state, float[] carried) {
    float[] drift = new float[study.controlLength()];
    for (int i = 0; i < drift.length; i++) {
      drift[i] = state[drift.length + i] - carried[i];
    }
    return shared.spread(drift, 0);
  }

  /// SCAFFOLD's `c_i - c - Δ / (K η)` by the update as it is sent; statistics have none.
  private void control(float[] state, float[] carried, float[] sent, float[] next) {
    double scale = study.plan().strategy().local().controlScale();
    for (int i = 0; i < sent.length; i++) {
      next[i] = (float) ((double) carried[i] - state[sent.length + i] - sent[i] / scale);
    }
    for (StateShape.Run run : shared.shape().statistics()) {
      Arrays.fill(next, run.from(), run.from() + run.length(), 0);
    }
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

  /// Makes an update that is longer than this shorter, in place.
  static void clip(float[] update, double norm) {
    double squares = 0;
    for (float value : update) {
      squares += (double) value * value;
    }
    double length = Math.sqrt(squares);
    if (length <= norm) {
      return;
    }
    for (int i = 0; i < update.length; i++) {
      update[i] = (float) (update[i] * (norm / length));
    }
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

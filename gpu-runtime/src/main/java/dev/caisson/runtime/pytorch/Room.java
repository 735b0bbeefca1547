package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.TrainingException;
import java.util.Map;

/// How many rows of a batch a device takes at once. Found out by trying one step without its effect
/// before training begins, since a step that breaks off half way leaves weights that are neither
/// old nor new. Not guaranteed: that the memory is still there later.
final class Room {
  /// Where a batch that fits by calculation fits.
  static final Room ENOUGH = new Room((slots, rows) -> {});

  /// One step's work, without its effect.
  interface Trial {
    /// @throws EngineException when it does not fit, among others
    void run(Map<Slot, NDArray> slots, int rows);
  }

  private final Trial trial;
  private int known;
  private int asked;

  Room(Trial trial) {
    this.trial = trial;
  }

  /// The rows to take at once of a batch of so many: all, or half of them as often as it takes.
  int rows(int batch, Map<Slot, NDArray> slots, Progress progress) throws TrainingException {
    if (batch <= asked) {
      return Math.min(known, batch);
    }
    int rows = batch;
    while (!fits(rows, slots)) {
      if (rows == 1) {
        throw new TrainingException(
            "the device's memory does not hold one row's step of this model; use a device with more memory, or the processor");
      }
      rows = Math.ceilDiv(rows, 2);
    }
    asked = batch;
    known = rows;
    if (rows < batch) {
      progress.notice(
          "a batch of %d rows does not fit the device's memory: it is taken in pieces of %d rows, whose gradients are added up; BatchNormalization and dropout work on each piece by itself"
              .formatted(batch, rows));
    }
    return rows;
  }

  private boolean fits(int rows, Map<Slot, NDArray> slots) {
    try {
      trial.run(slots, rows);
      return true;
    } catch (EngineException e) {
      if (NativeFault.of(e) == NativeFault.MEMORY) {
        return false;
      }
      throw e;
    }
  }
}

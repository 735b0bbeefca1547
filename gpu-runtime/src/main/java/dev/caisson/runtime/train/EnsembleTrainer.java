package dev.caisson.runtime.train;

import dev.caisson.runtime.onnx.ParameterLayout;
import java.util.List;

/// Many models of one graph that are trained at once, each from its own weights on its own rows of
/// one table: shadow models, cross-validation, restarts. For small models this is many times faster
/// than one after the other.
///
/// Each member's result is that of a [Trainer] with the same weights, rows and seed but for
/// rounding (and but for dropout, whose masks are drawn for all together). With equal arguments and
/// thread count results are bit-equal. One thread at a time; close it: its memory is native.
public interface EnsembleTrainer extends AutoCloseable {
  ParameterLayout layout();

  /// How many models there are.
  int members();

  /// Starts each member afresh from these weights, a vector for each.
  void load(List<float[]> vectors);

  /// Trains each member for some epochs on its own rows.
  ///
  /// @param rows for each member the rows of `set` that are its own, as many for each
  /// @param seeds for each member what decides its order
  /// @return the mean loss of each member over its last epoch
  /// @throws TrainingException when a loss stops being finite or the engine fails
  /// @throws InterruptedException when the thread is interrupted, within a few dozen steps
  double[] train(TrainingSet set, List<int[]> rows, List<Seed> seeds, int epochs, Progress progress)
      throws TrainingException, InterruptedException;

  /// The weights now, a vector for each member (copied).
  List<float[]> vectors();

  @Override
  void close();
}

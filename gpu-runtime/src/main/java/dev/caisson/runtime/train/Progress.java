package dev.caisson.runtime.train;

/// Told about training while it runs, on the training thread, after every few dozen steps.
@FunctionalInterface
public interface Progress {
  /// For callers who don't want to know.
  Progress NONE = (epoch, rowsDone, rows, meanLoss) -> {};

  /// Something that whoever reads the report should know, in a sentence: that batches are taken in
  /// pieces, say. Not for faults.
  default void notice(String words) {}

  /// Some more steps are done.
  ///
  /// @param epoch from 0
  /// @param rowsDone of `rows` in this epoch
  /// @param meanLoss over the epoch so far
  void trained(int epoch, int rowsDone, int rows, double meanLoss);
}

package dev.caisson.runtime.train;

import dev.caisson.runtime.onnx.ParameterLayout;

/// A model that is being trained. [#load] a vector, [#train] as often as wanted, take the
/// [#vector].
///
/// With equal vector, rows, seed and thread count the result on the processor is bit-equal, in this
/// process or the next; for GPUs see [EngineOptions#device]. One thread at a time; several trainers
/// may run in several threads. Close it: its memory is native.
public interface Trainer extends AutoCloseable {
  /// The places of the parameters in the vector.
  ParameterLayout layout();

  /// Numbers in a row of features: those of all inputs, one input after the other.
  int features();

  /// Numbers in a row of output.
  int outputs();

  /// Labels that each row needs.
  int labels();

  /// Starts afresh from these weights: the optimiser forgets its moments, and the proximal term
  /// pulls to this vector from now on. Refuses another length or values that are not finite.
  void load(float[] vector);

  /// The same, and adds `offset` (as long as the vector; statistics' places are not read) to the
  /// gradient of every step from now on; [#load(float[])] adds nothing. Refuses an offset that is
  /// not finite, and one whose recipe has none ([TrainingRecipe#offset]).
  void load(float[] vector, float[] offset);

  /// Trains for some epochs; each takes every row once, in an order drawn from `seed`.
  ///
  /// A set that does not suit the model or the loss is an `IllegalArgumentException` that names row
  /// and value; nothing has been trained then.
  ///
  /// @throws TrainingException when the loss stops being finite or the engine fails; the weights
  ///   are then useless until the next [#load]
  /// @throws InterruptedException when the thread is interrupted, within a few dozen steps
  TrainingReport train(TrainingSet set, int epochs, Seed seed, Progress progress)
      throws TrainingException, InterruptedException;

  /// The weights now (copied).
  float[] vector();

  /// The model's outputs for some rows at the weights now, without dropout: `rows × outputs`
  /// numbers.
  float[] outputs(float[] x, int rows) throws TrainingException;

  @Override
  void close();
}

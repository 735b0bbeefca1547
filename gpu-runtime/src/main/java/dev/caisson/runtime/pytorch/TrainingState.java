package dev.caisson.runtime.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.train.TrainingRecipe;
import java.util.Map;
import java.util.function.LongSupplier;

/// What training changes, in native memory: weights, statistics and the optimiser's moments, of one
/// model or of an ensemble; and the calls that change it.
final class TrainingState implements AutoCloseable {
  private static final float[] NOTHING = {};

  private final TorchProgram program;
  private final TrainingRecipe recipe;
  private final Pace pace = new Pace();
  private final Map<Slot, NDArray> state = TorchProgram.slots();
  private TensorScope owner;
  private long taken;
  private long piece;

  TrainingState(TorchProgram program, TrainingRecipe recipe) {
    this.program = program;
    this.recipe = recipe;
    this.owner = program.sharedScope();
  }

  /// Starts afresh from these weights, in tensors of this shape.
  void load(float[] weights, Shape shape, float[] statistics) {
    load(weights, shape, statistics, recipe.offset() ? new float[weights.length] : NOTHING);
  }

  /// The same, adding to every gradient.
  void load(float[] weights, Shape shape, float[] statistics, float[] offset) {
    owner.close();
    owner = program.sharedScope();
    taken = 0;
    state.clear();
    state.put(Slot.WEIGHTS, owner.reals(weights, shape));
    state.put(Slot.STATISTICS, owner.flat(statistics));
    if (recipe.proximal() != 0) {
      state.put(Slot.ANCHOR, owner.reals(weights, shape));
    }
    if (recipe.offset()) {
      state.put(Slot.OFFSET, owner.reals(offset, shape));
    }
    if (OptimiserCode.hasFirstMoment(recipe.optimiser())) {
      state.put(Slot.FIRST_MOMENT, owner.zeros(shape));
    }
    if (OptimiserCode.hasSecondMoment(recipe.optimiser())) {
      state.put(Slot.SECOND_MOMENT, owner.zeros(shape));
    }
    state.put(Slot.STEPS, owner.steeringWholes(new long[1]));
    state.put(Slot.PIECE, owner.steeringWholes(new long[] {piece}));
  }

  /// Takes so many rows through the graph at once from now on, 0 for a whole batch.
  void inPieces(int rows) {
    long wanted = rows == recipe.batchSize() ? 0 : rows;
    if (wanted != piece) { // a new tensor stays until the state is loaded anew
      piece = wanted;
      state.put(Slot.PIECE, owner.steeringWholes(new long[] {piece}));
    }
  }

  NDArray tensor(Slot slot) {
    NDArray tensor = state.get(slot);
    if (tensor == null) {
      throw new IllegalStateException("nothing has loaded " + slot);
    }
    return tensor;
  }

  /// The state's tensors, to which a caller adds rows and labels.
  Map<Slot, NDArray> slots() {
    Map<Slot, NDArray> slots = TorchProgram.slots();
    slots.putAll(state);
    return slots;
  }

  /// How many rows the next call should take of those that are left.
  int rowsPerCall(int left) {
    return (int) Math.min((long) pace.steps() * recipe.batchSize(), left);
  }

  /// Takes a step for each batch of rows; the losses of the steps, one after the other.
  ///
  /// @param order row numbers, of shape `shape`
  /// @param rows that each model takes in this call
  float[] steps(
      Map<Slot, NDArray> slots, long[] order, Shape shape, int rows, LongSupplier stepSeeds) {
    long[] seeds = new long[Math.ceilDiv(rows, recipe.batchSize())];
    double[] rates = new double[seeds.length];
    for (int i = 0; i < seeds.length; i++) {
      // PyTorch's CPU generator uses 32 bits of a seed; room is left for the uses within a step.
      seeds[i] = stepSeeds.getAsLong() >>> 33;
      rates[i] = recipe.learningRate() * recipe.schedule().factor(taken + i);
    }
    taken += seeds.length;
    long start = System.nanoTime();
    try (TensorScope call = program.scope()) {
      slots.put(Slot.ORDER, call.wholes(order, shape));
      slots.put(Slot.SEEDS, call.steeringWholes(seeds));
      slots.put(Slot.RATES, call.steeringDoubles(rates));
      try (NDList result = program.run("forward", slots)) {
        return result.head().toFloatArray();
      }
    } finally {
      pace.took(seeds.length, System.nanoTime() - start);
    }
  }

  /// The rows of one step of a call.
  int rowsOf(int step, int rows) {
    return Math.min(recipe.batchSize(), rows - step * recipe.batchSize());
  }

  @Override
  public void close() {
    owner.close();
  }
}

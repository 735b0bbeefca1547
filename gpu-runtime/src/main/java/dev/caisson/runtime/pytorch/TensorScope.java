package dev.caisson.runtime.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Tensors that live and end together. PyTorch works on memory that is allocated and freed here, at
/// once and by nobody else: memory that waits for Java's collector would pile up, for the collector
/// sees none of it.
final class TensorScope implements AutoCloseable {
  private static final String ARGUMENT = "t[]";

  /// Of the widest vector instructions.
  private static final long ALIGNMENT = 64;

  private final PtNDManager manager;
  private final Arena arena;
  private final DataType type;

  /// @param arena confined where one thread uses the scope from its beginning to its end
  /// @param type of real numbers: FLOAT32, or FLOAT64 for tests that compare gradients
  TensorScope(PtNDManager manager, Arena arena, DataType type) {
    this.manager = manager;
    this.arena = arena;
    this.type = type;
  }

  /// Real numbers in the program's precision.
  NDArray reals(float[] values, Shape shape) {
    if (type == DataType.FLOAT32) {
      MemorySegment memory = memory(values.length, Float.BYTES);
      MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT, 0, values.length);
      return tensor(memory, shape, type);
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return doubles(wide, shape);
  }

  /// The same in one dimension, which may be empty.
  NDArray flat(float[] values) {
    return reals(values, new Shape(values.length));
  }

  /// Zeros in the program's precision.
  NDArray zeros(Shape shape) {
    return tensor(memory(shape.size(), type.getNumOfBytes()), shape, type);
  }

  NDArray wholes(long[] values) {
    return wholes(values, new Shape(values.length));
  }

  NDArray wholes(long[] values, Shape shape) {
    MemorySegment memory = memory(values.length, Long.BYTES);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_LONG, 0, values.length);
    return tensor(memory, shape, DataType.INT64);
  }

  /// Truth values from 0 and 1.
  NDArray truths(long[] values, Shape shape) {
    MemorySegment memory = memory(values.length, 1);
    for (int i = 0; i < values.length; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (values[i] == 0 ? 0 : 1));
    }
    return tensor(memory, shape, DataType.BOOLEAN);
  }

  /// Double numbers, whatever the program's precision.
  NDArray doubles(double[] values) {
    return doubles(values, new Shape(values.length));
  }

  private NDArray doubles(double[] values, Shape shape) {
    MemorySegment memory = memory(values.length, Double.BYTES);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_DOUBLE, 0, values.length);
    return tensor(memory, shape, DataType.FLOAT64);
  }

  private MemorySegment memory(long numbers, int bytesEach) {
    if (numbers > Integer.MAX_VALUE / bytesEach) {
      throw new IllegalArgumentException(
          "%d numbers do not fit one tensor of 2 GiB; train on fewer rows at a time"
              .formatted(numbers));
    }
    return arena.allocate(numbers * bytesEach, ALIGNMENT);
  }

  private NDArray tensor(MemorySegment memory, Shape shape, DataType of) {
    NDArray tensor =
        manager.create(memory.asByteBuffer().order(ByteOrder.nativeOrder()), shape, of);
    tensor.setName(ARGUMENT);
    return tensor;
  }

  /// Ends the tensors, then their memory.
  @Override
  public void close() {
    manager.close();
    arena.close();
  }
}

package dev.caisson.runtime.pytorch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Tensors that live and end together. On the processor PyTorch works on memory that is allocated
/// and freed here, at once and by nobody else: memory that waits for Java's collector would pile
/// up, for the collector sees none of it. On a GPU tensors are copies in the GPU's memory, and the
/// host's side is freed when the copy is made; small numbers that steer a program (`steering…`)
/// stay on the host, for reading them from a GPU would wait for it.
final class TensorScope implements AutoCloseable {
  private static final String ARGUMENT = "t[]";

  /// Of the widest vector instructions.
  private static final long ALIGNMENT = 64;

  private final PtNDManager manager;
  private final PtNDManager host;
  private final Arena arena;
  private final DataType type;

  /// @param arena confined where one thread uses the scope from its beginning to its end
  /// @param type of real numbers: FLOAT32, or FLOAT64 for tests that compare gradients
  TensorScope(PtNDManager manager, Arena arena, DataType type) {
    this.manager = manager;
    this.host = onHost(manager) ? manager : manager.newSubManager(Device.cpu());
    this.arena = arena;
    this.type = type;
  }

  /// Real numbers in the program's precision.
  NDArray reals(float[] values, Shape shape) {
    if (type == DataType.FLOAT32) {
      try (Copying copying = copying()) {
        MemorySegment memory = memory(copying.arena(), values.length, Float.BYTES);
        MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT, 0, values.length);
        return tensor(memory, shape, type);
      }
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
    try (Copying copying = copying()) {
      return tensor(memory(copying.arena(), shape.size(), type.getNumOfBytes()), shape, type);
    }
  }

  NDArray wholes(long[] values) {
    return wholes(values, new Shape(values.length));
  }

  NDArray wholes(long[] values, Shape shape) {
    try (Copying copying = copying()) {
      MemorySegment memory = memory(copying.arena(), values.length, Long.BYTES);
      MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_LONG, 0, values.length);
      return tensor(memory, shape, DataType.INT64);
    }
  }

  /// Truth values from 0 and 1.
  NDArray truths(long[] values, Shape shape) {
    try (Copying copying = copying()) {
      MemorySegment memory = memory(copying.arena(), values.length, 1);
      for (int i = 0; i < values.length; i++) {
        memory.set(ValueLayout.JAVA_BYTE, i, (byte) (values[i] == 0 ? 0 : 1));
      }
      return tensor(memory, shape, DataType.BOOLEAN);
    }
  }

  /// Double numbers, whatever the program's precision.
  NDArray doubles(double[] values) {
    return doubles(values, new Shape(values.length));
  }

  private NDArray doubles(double[] values, Shape shape) {
    try (Copying copying = copying()) {
      return tensor(doubles(copying.arena(), values), shape, DataType.FLOAT64);
    }
  }

  /// Whole numbers that a program reads one by one.
  NDArray steeringWholes(long[] values) {
    MemorySegment memory = memory(arena, values.length, Long.BYTES);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_LONG, 0, values.length);
    return tensor(host, memory, new Shape(values.length), DataType.INT64);
  }

  /// Double numbers that a program reads one by one.
  NDArray steeringDoubles(double[] values) {
    return tensor(host, doubles(arena, values), new Shape(values.length), DataType.FLOAT64);
  }

  private static MemorySegment doubles(Arena arena, double[] values) {
    MemorySegment memory = memory(arena, values.length, Double.BYTES);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_DOUBLE, 0, values.length);
    return memory;
  }

  /// A tensor's numbers, wherever it is.
  static float[] floats(NDArray tensor) {
    if (tensor.getDevice().equals(Device.cpu())) {
      return tensor.toFloatArray();
    }
    // DJL gives the copy an owner of its own, which would stay until the tensor's owner ends.
    NDArray copy = tensor.toDevice(Device.cpu(), true);
    try (var _ = copy.getManager()) {
      return copy.toFloatArray();
    }
  }

  private static boolean onHost(PtNDManager manager) {
    return manager.getDevice().equals(Device.cpu());
  }

  /// The host's memory behind a tensor: the scope's where the tensor is that memory, and its own
  /// where the tensor is a copy.
  private record Copying(Arena arena, boolean own) implements AutoCloseable {
    @Override
    public void close() {
      if (own) {
        arena.close();
      }
    }
  }

  private Copying copying() {
    return onHost(manager) ? new Copying(arena, false) : new Copying(Arena.ofConfined(), true);
  }

  private static MemorySegment memory(Arena arena, long numbers, int bytesEach) {
    if (numbers > Integer.MAX_VALUE / bytesEach) {
      throw new IllegalArgumentException(
          "%d numbers do not fit one tensor of 2 GiB; train on fewer rows at a time"
              .formatted(numbers));
    }
    return arena.allocate(numbers * bytesEach, ALIGNMENT);
  }

  private NDArray tensor(MemorySegment memory, Shape shape, DataType of) {
    return tensor(manager, memory, shape, of);
  }

  private static NDArray tensor(PtNDManager owner, MemorySegment memory, Shape shape, DataType of) {
    NDArray tensor = owner.create(memory.asByteBuffer().order(ByteOrder.nativeOrder()), shape, of);
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

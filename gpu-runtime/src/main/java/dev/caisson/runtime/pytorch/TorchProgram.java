package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Wholes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A loaded script with its constants: runs its functions on tensors. Works in float, or in double
/// for tests that compare gradients. What it allocates belongs to its manager and goes with
/// [#close].
final class TorchProgram implements AutoCloseable {
  private final ScriptWriter.Script script;
  private final DataType type;
  private final int threads;
  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final TensorScope own;
  private final Map<String, NDArray> methods = new HashMap<>();
  private final NDArray nothing;
  private final NDList constants = new NDList();

  /// @throws EngineException when PyTorch cannot read the script
  TorchProgram(ScriptWriter.Script script, DataType type, int threads) {
    this(script, type, threads, Device.cpu());
  }

  /// @throws EngineException when PyTorch cannot read the script, or not compute on the device
  TorchProgram(ScriptWriter.Script script, DataType type, int threads, Device device) {
    this.script = script;
    this.type = type;
    this.threads = threads;
    this.manager = TorchRuntime.newManager(device);
    try {
      byte[] archive = ScriptArchive.of(script.source().text());
      this.block = TorchRuntime.deep(() -> load(manager, archive));
    } catch (EngineException e) {
      manager.close();
      throw e;
    }
    this.own = sharedScope();
    this.nothing = own.steeringWholes(new long[1]);
    try {
      for (Stored constant : script.constants()) {
        constants.add(stored(constant));
      }
    } catch (EngineException e) {
      close();
      throw e;
    }
  }

  private NDArray stored(Stored constant) {
    return switch (constant) {
      case Stored.FromFile(Tensor tensor) -> {
        Shape shape = shape(tensor.shape().dimensions());
        yield Inferred.isReal(tensor.type())
            ? own.reals(tensor.floats(), shape)
            : whole(tensor.longs(), shape, tensor.type());
      }
      case Stored.Computed(ElementType of, Wholes known) -> {
        long[] numbers = known.values().stream().mapToLong(Dim::fixed).toArray();
        yield whole(numbers, shape(known.shape()), of);
      }
    };
  }

  private NDArray whole(long[] numbers, Shape shape, ElementType of) {
    return of == ElementType.BOOL ? own.truths(numbers, shape) : own.wholes(numbers, shape);
  }

  private static Shape shape(List<Long> dimensions) {
    return new Shape(dimensions.stream().mapToLong(d -> d).toArray());
  }

  private static PtSymbolBlock load(PtNDManager owner, byte[] archive) {
    try {
      return JniUtils.loadModule(owner, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory gives every byte", e);
    }
  }

  /// Room for tensors, to be closed by the thread that asks.
  TensorScope scope() {
    return scope(Arena.ofConfined());
  }

  /// Room for tensors that threads may take turns with.
  TensorScope sharedScope() {
    return scope(Arena.ofShared());
  }

  private TensorScope scope(Arena arena) {
    return new TensorScope((PtNDManager) manager.newSubManager(), arena, type);
  }

  /// Runs a function of the script; the caller closes what comes back.
  ///
  /// @param slots the tensors in use; the others are filled with an empty one
  /// @throws EngineException when the native library fails; [#nodeOf] may tell where
  NDList run(String function, Map<Slot, NDArray> slots) {
    NDList arguments = new NDList(Slot.COUNT + constants.size() + 1);
    for (Slot slot : Slot.values()) {
      arguments.add(slots.getOrDefault(slot, nothing));
    }
    arguments.addAll(constants);
    boolean first = !methods.containsKey(function);
    arguments.add(methods.computeIfAbsent(function, this::method));
    TorchRuntime.Call<NDList> forward =
        () -> TorchRuntime.call(threads, () -> IValueUtils.forward(block, arguments, true));
    return first ? TorchRuntime.deep(forward) : forward.run();
  }

  /// How DJL is told which function to call.
  private NDArray method(String function) {
    NDArray method = own.steeringWholes(new long[1]);
    method.setName("module_method:" + function);
    return method;
  }

  static Map<Slot, NDArray> slots() {
    return new EnumMap<>(Slot.class);
  }

  /// The node at which a native error arose, where the error says so.
  Optional<Node> nodeOf(EngineException error) {
    return script.source().nodeOf(String.valueOf(error.getMessage()));
  }

  @Override
  public void close() {
    block.close();
    own.close();
    manager.close();
  }
}

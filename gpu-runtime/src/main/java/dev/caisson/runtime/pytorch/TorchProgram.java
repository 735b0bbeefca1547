package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// A loaded script with its constants: runs its functions on tensors. Works in float, or in double
/// for tests that compare gradients. What it allocates belongs to its manager and goes with
/// [#close].
final class TorchProgram implements AutoCloseable {
  private static final String ARGUMENT = "t[]";

  private final ScriptWriter.Script script;
  private final DataType type;
  private final int threads;
  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final NDArray nothing;
  private final NDList constants = new NDList();

  /// @throws EngineException when PyTorch cannot read the script
  TorchProgram(ScriptWriter.Script script, DataType type, int threads) {
    this.script = script;
    this.type = type;
    this.threads = threads;
    this.manager = TorchRuntime.newManager();
    try {
      this.block = load(manager, ScriptArchive.of(script.source().text()));
    } catch (EngineException e) {
      manager.close();
      throw e;
    }
    this.nothing = named(manager.zeros(new Shape(1)));
    for (Tensor constant : script.constants()) {
      Shape shape = new Shape(constant.shape().dimensions().stream().mapToLong(d -> d).toArray());
      constants.add(named(reals(manager, constant.floats(), shape)));
    }
  }

  private static PtSymbolBlock load(PtNDManager owner, byte[] archive) {
    try {
      return JniUtils.loadModule(owner, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory gives every byte", e);
    }
  }

  PtNDManager manager() {
    return manager;
  }

  /// Real numbers in the program's precision.
  NDArray reals(NDManager owner, float[] values, Shape shape) {
    if (type == DataType.FLOAT32) {
      return named(owner.create(values, shape));
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return named(owner.create(wide, shape));
  }

  NDArray zeros(NDManager owner, long length) {
    return named(owner.zeros(new Shape(length), type));
  }

  NDArray wholes(NDManager owner, long[] values) {
    return named(owner.create(values));
  }

  private static NDArray named(NDArray array) {
    array.setName(ARGUMENT);
    return array;
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
    return TorchRuntime.call(
        threads,
        () -> {
          try (NDArray method = manager.create(0)) {
            method.setName("module_method:" + function);
            arguments.add(method);
            return IValueUtils.forward(block, arguments, true);
          }
        });
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
    manager.close();
  }
}

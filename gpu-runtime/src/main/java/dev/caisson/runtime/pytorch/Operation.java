package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;

/// How one ONNX operation is said in TorchScript.
@FunctionalInterface
interface Operation {
  /// Writes the node's result; refuses settings that the operation cannot honour exactly.
  void emit(Emission node) throws UnsupportedModelException, InvalidModelException;
}

package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;

/// How one operation's outputs follow from its inputs.
@FunctionalInterface
interface Rule {
  /// Says what the outputs are; refuses inputs that do not fit.
  void infer(Inference node) throws InvalidModelException;
}

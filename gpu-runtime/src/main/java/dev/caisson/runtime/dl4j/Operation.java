package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;

/// What becomes of one kind of node.
@FunctionalInterface
interface Operation {
  void map(Site node) throws UnsupportedModelException, InvalidModelException;
}

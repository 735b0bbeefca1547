package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Wholes;

/// A tensor that a program is given once, when it is loaded.
sealed interface Stored {
  /// Real numbers or many whole ones, as the file has them.
  record FromFile(Tensor tensor) implements Stored {}

  /// A few whole numbers or truth values that were worked out.
  record Computed(ElementType type, Wholes wholes) implements Stored {
    public Computed {
      if (!wholes.values().stream().allMatch(Dim::isFixed)) {
        throw new IllegalArgumentException("the numbers of a stored tensor cannot change");
      }
    }
  }
}

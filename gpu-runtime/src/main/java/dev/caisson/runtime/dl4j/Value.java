package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.shape.Dim;
import java.util.List;

/// What a value of the ONNX graph becomes.
sealed interface Value permits Value.Live, Value.Product, Value.Uniform, Placed {
  /// Computed from the rows by a vertex, in ONNX's order of axes.
  record Live(String vertex, List<Dim> dims) implements Value {
    public Live {
      dims = List.copyOf(dims);
    }
  }

  /// Rows times a matrix of the file: a dense layer that may still get its bias.
  ///
  /// @param matrix `[inputs × outputs]`
  record Product(Live rows, Placed matrix, List<Dim> dims) implements Value {
    public Product {
      dims = List.copyOf(dims);
    }
  }

  /// One number everywhere, in a shape that depends on the batch.
  record Uniform(float number) implements Value {}
}

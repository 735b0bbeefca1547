package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Tensor;
import java.util.List;
import java.util.Optional;

/// What is known of one value of a graph.
///
/// @param wholes its numbers, where they are whole, few and known
/// @param stored the tensor that it is, where the file holds it
public record Inferred(
    ElementType type, List<Dim> dims, Optional<Wholes> wholes, Optional<Tensor> stored) {
  public Inferred {
    dims = List.copyOf(dims);
  }

  /// A value that is computed or fed.
  public static Inferred of(ElementType type, List<Dim> dims) {
    return new Inferred(type, dims, Optional.empty(), Optional.empty());
  }

  static Inferred known(ElementType type, Wholes wholes) {
    return new Inferred(type, Dim.listOf(wholes.shape()), Optional.of(wholes), Optional.empty());
  }

  /// Of this type and shape, and with these numbers if they are known and of a whole type.
  static Inferred perhaps(ElementType type, List<Dim> dims, Optional<Wholes> wholes) {
    return new Inferred(type, dims, isReal(type) ? Optional.empty() : wholes, Optional.empty());
  }

  static Inferred of(Tensor tensor) {
    List<Dim> dims = Dim.listOf(tensor.shape().dimensions());
    Optional<Wholes> wholes =
        isReal(tensor.type()) || tensor.elements() > Wholes.LARGEST
            ? Optional.empty()
            : Optional.of(
                new Wholes(
                    tensor.shape().dimensions(),
                    java.util.Arrays.stream(tensor.longs()).mapToObj(Dim::of).toList()));
    return new Inferred(tensor.type(), dims, wholes, Optional.of(tensor));
  }

  /// A tensor of the file whose numbers are not looked at.
  static Inferred unread(Tensor tensor) {
    List<Dim> dims = Dim.listOf(tensor.shape().dimensions());
    return new Inferred(tensor.type(), dims, Optional.empty(), Optional.of(tensor));
  }

  public static boolean isReal(ElementType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16 -> true;
      case UINT8, INT8, INT32, INT64, BOOL -> false;
    };
  }

  public boolean isReal() {
    return isReal(type);
  }

  public int rank() {
    return dims.size();
  }

  /// For messages: `FLOAT [N×3]`.
  @Override
  public String toString() {
    return type + " " + Dim.words(dims);
  }
}

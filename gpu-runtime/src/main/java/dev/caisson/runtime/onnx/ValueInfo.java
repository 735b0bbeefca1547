package dev.caisson.runtime.onnx;

/// A named input or output of the graph with its type and shape; a shape that the file does not
/// give is empty (`known` is false).
public record ValueInfo(String name, ElementType type, Shape shape, boolean known) {
  public static ValueInfo of(String name, ElementType type, Shape shape) {
    return new ValueInfo(name, type, shape, true);
  }
}

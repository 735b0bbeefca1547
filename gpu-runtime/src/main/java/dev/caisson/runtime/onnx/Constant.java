package dev.caisson.runtime.onnx;

/// An initializer that training leaves as it is.
///
/// @param reason why, as the end of the sentence "it stays as it is: ..."
/// @param doubtful whether it may be a weight all the same: one that the exporter folded, where
///   only its name speaks against it, or one with a name of its own that is used in an unusual way
public record Constant(
    String name, ElementType type, Shape shape, String reason, boolean doubtful) {}

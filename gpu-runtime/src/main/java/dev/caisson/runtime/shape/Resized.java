package dev.caisson.runtime.shape;

/// How a Resize changes one axis.
///
/// @param scale output coordinates per input coordinate; about, but not always, output / input
public record Resized(int axis, long input, long output, float scale) {}

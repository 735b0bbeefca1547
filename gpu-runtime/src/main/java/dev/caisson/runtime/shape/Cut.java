package dev.caisson.runtime.shape;

/// What a Slice takes along one axis: `size` numbers from `start` in steps of `step`, which may be
/// negative.
public record Cut(int axis, long start, long step, Dim size) {}

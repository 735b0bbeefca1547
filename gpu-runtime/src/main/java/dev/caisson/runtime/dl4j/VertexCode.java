package dev.caisson.runtime.dl4j;

/// A vertex of the graph that is computed by our own code. Without state of its own but what it
/// keeps from `forward` to the next `backward` of the same step.
interface VertexCode {
  /// @param training whether dropout and the statistics of the batch are in use
  Block forward(Block[] inputs, boolean training);

  /// The gradient of the loss for each input, given that for the output; what the vertex's own
  /// weights get is added to [StepState].
  Block[] backward(Block[] inputs, Block gradient);
}

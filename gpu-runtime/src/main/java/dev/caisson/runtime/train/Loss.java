package dev.caisson.runtime.train;

/// What training minimises: always the mean over the rows of a batch. The graph's output is logits,
/// without sigmoid or softmax, for the two cross-entropies.
public enum Loss {
  /// One logit or more per row; as many labels per row, each 0 or 1.
  BINARY_CROSS_ENTROPY,
  /// One logit per class; one label per row, the class from 0.
  SOFTMAX_CROSS_ENTROPY,
  /// As many labels per row as outputs, any finite numbers; mean over the outputs too.
  MEAN_SQUARED_ERROR,
  /// As the squared error within 1 of the label, linear beyond (Huber 1964, delta 1).
  HUBER
}

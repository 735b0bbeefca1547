package dev.caisson.runtime.onnx;

import java.util.HashSet;
import java.util.Set;

/// A graph is sound when every name is defined once and before it is read. ONNX demands that order,
/// so a cycle shows as a name read before its node.
final class Topology {
  private static final int LONGEST_NAME = 500;

  /// The widest Concat of a DenseNet joins some 50. PyTorch's interpreter counts a list in 16 bits
  /// and takes a longer one for something else.
  private static final int MOST_INPUTS = 4096;

  private Topology() {}

  static void requireSound(Graph graph) throws InvalidModelException {
    Set<String> defined = new HashSet<>();
    for (Tensor tensor : graph.initializers()) {
      define(defined, tensor.name(), "an initializer");
    }
    for (ValueInfo input : graph.inputs()) {
      define(defined, input.name(), "a graph input");
    }
    for (Node node : graph.nodes()) {
      requirePrintable(node.name());
      requirePrintable(node.operation());
      if (node.inputs().size() > MOST_INPUTS || node.outputs().size() > MOST_INPUTS) {
        throw new InvalidModelException(
            "%s has %d inputs and %d outputs; the limit is %d of each"
                .formatted(node.label(), node.inputs().size(), node.outputs().size(), MOST_INPUTS));
      }
      for (String input : node.inputs()) {
        if (!input.isEmpty() && !defined.contains(input)) {
          throw new InvalidModelException(
              "%s reads '%s', which no initializer, graph input or earlier node provides (missing, or a cycle)"
                  .formatted(node.label(), input));
        }
      }
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          define(defined, output, node.label());
        }
      }
    }
    if (graph.outputs().isEmpty()) {
      throw new InvalidModelException("the graph has no output");
    }
    for (ValueInfo output : graph.outputs()) {
      if (!defined.contains(output.name())) {
        throw new InvalidModelException(
            "nothing in the graph computes its output '%s'".formatted(output.name()));
      }
    }
  }

  private static void define(Set<String> defined, String name, String by)
      throws InvalidModelException {
    if (name.isEmpty()) {
      throw new InvalidModelException("%s has no name".formatted(by));
    }
    requirePrintable(name);
    if (!defined.add(name)) {
      throw new InvalidModelException("'%s' is defined twice, last by %s".formatted(name, by));
    }
  }

  /// Names go into messages and logs.
  private static void requirePrintable(String name) throws InvalidModelException {
    if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidModelException(
          "a name is longer than %d characters or has control characters: '%s'"
              .formatted(LONGEST_NAME, name));
    }
  }
}

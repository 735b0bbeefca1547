package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The texts of the classes that a graph names: in the attributes of its classifiers and ZipMaps,
/// or in the table that its label output is picked from (whole numbers, then perhaps texts).
final class ClassTexts {
  /// What a label passes through on its way out.
  private static final Set<String> PASSING =
      Set.of("Identity", "Cast", "Reshape", "Squeeze", "Flatten", "Unsqueeze");

  private static final List<String> WHOLES = List.of("classlabels_int64s", "classlabels_ints");
  private static final int MOST = 100_000;

  private ClassTexts() {}

  /// Of a classifier or ZipMap; empty for any other operation.
  static List<String> of(OnnxMl.NodeProto node) {
    List<String> texts = ScoringParts.texts(node, "classlabels_strings");
    if (!texts.isEmpty() && texts.size() <= MOST) {
      return texts;
    }
    for (String name : WHOLES) {
      List<Long> wholes = ScoringParts.wholes(node, name);
      if (!wholes.isEmpty() && wholes.size() <= MOST) {
        return wholes.stream().map(w -> Long.toString(w)).toList();
      }
    }
    return List.of();
  }

  /// The classes of the value: of the operation it comes from, else of a label output's table, else
  /// what all classifiers before it agree on.
  static List<String> of(ScoringParts graph, String value) {
    List<String> near = graph.producer(value).map(ClassTexts::of).orElse(List.of());
    if (!near.isEmpty()) {
      return near;
    }
    for (OnnxMl.ValueInfoProto output : graph.outputs()) {
      List<String> table = table(graph, output.getName());
      if (!table.isEmpty()) {
        return table;
      }
    }
    Set<List<String>> all = new LinkedHashSet<>();
    graph.upstream(value).forEach(node -> all.add(of(node)));
    all.remove(List.<String>of());
    return all.size() == 1 ? all.iterator().next() : List.of();
  }

  private static List<String> table(ScoringParts graph, String output) {
    Deque<String> open = new ArrayDeque<>(List.of(output));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String value = open.pop();
      Optional<OnnxMl.NodeProto> found = seen.add(value) ? graph.producer(value) : Optional.empty();
      if (found.isEmpty() || found.get().getInputCount() == 0) {
        continue;
      }
      OnnxMl.NodeProto node = found.get();
      if (ScoringParts.is(node, "ArrayFeatureExtractor") || ScoringParts.is(node, "Gather")) {
        return graph
            .initializer(node.getInput(0))
            .map(ScoringParts::entries)
            .filter(entries -> entries.size() <= MOST)
            .orElse(List.of());
      }
      if (PASSING.contains(node.getOpType())) {
        open.add(node.getInput(0));
      }
    }
    return List.of();
  }
}

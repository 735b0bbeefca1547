package dev.caisson.runtime.onnx;

import static dev.caisson.runtime.onnx.ScoringParts.is;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The way from the last operation that computes something to the output, past those that only hand
/// on, change the shape, or divide a row by its sum.
///
/// @param value what that operation produces
/// @param normalisers values that are divided by their sum on the way
/// @param picked only some columns go on
record Way(String value, List<String> normalisers, boolean picked) {
  private static final Set<String> PASSING =
      Set.of("Identity", "Dropout", "Reshape", "Squeeze", "Unsqueeze", "Flatten");
  private static final Set<Long> FLOATS = Set.of(1L, 10L, 11L, 16L);
  private static final Set<List<String>> COLUMNS = Set.of(List.of("1"), List.of("-1"));

  Way {
    normalisers = List.copyOf(normalisers);
  }

  static Way to(ScoringParts graph, String output) {
    List<String> normalisers = new ArrayList<>();
    boolean picked = false;
    Set<String> seen = new HashSet<>();
    String value = output;
    while (seen.add(value)) {
      Optional<OnnxMl.NodeProto> node = graph.producer(value);
      if (node.isEmpty() || node.get().getInputCount() == 0) {
        break;
      }
      if (normalises(graph, node.get())) {
        normalisers.add(value);
      } else if (is(node.get(), "ArrayFeatureExtractor")) {
        picked = true;
      } else if (!passes(node.get())) {
        break;
      }
      value = node.get().getInput(0);
    }
    return new Way(value, normalisers, picked);
  }

  private static boolean passes(OnnxMl.NodeProto node) {
    return PASSING.contains(node.getOpType())
        || (is(node, "Cast")
            && ScoringParts.attribute(node, "to")
                .filter(a -> FLOATS.contains(a.getI()))
                .isPresent());
  }

  /// A Normalizer, or scikit-learn's own way of it: s / sum(s) or s / sum(|s|).
  private static boolean normalises(ScoringParts graph, OnnxMl.NodeProto node) {
    if (is(node, "Normalizer")) {
      return ScoringParts.text(node, "norm", "MAX").equals("L1");
    }
    if (!is(node, "Div") || node.getInputCount() != 2) {
      return false;
    }
    Optional<OnnxMl.NodeProto> sum =
        graph.producer(node.getInput(1)).filter(n -> is(n, "ReduceSum") && overColumns(graph, n));
    if (sum.isEmpty()) {
      return false;
    }
    String summed = sum.get().getInput(0);
    return summed.equals(node.getInput(0))
        || graph
            .producer(summed)
            .filter(
                n ->
                    is(n, "Abs")
                        && n.getInputCount() == 1
                        && n.getInput(0).equals(node.getInput(0)))
            .isPresent();
  }

  private static boolean overColumns(ScoringParts graph, OnnxMl.NodeProto sum) {
    if (sum.getInputCount() == 0) {
      return false;
    }
    boolean kept =
        ScoringParts.attribute(sum, "keepdims").map(OnnxMl.AttributeProto::getI).orElse(1L) == 1;
    List<String> axes =
        sum.getInputCount() == 2
            ? graph.initializer(sum.getInput(1)).map(ScoringParts::entries).orElse(List.of())
            : ScoringParts.wholes(sum, "axes").stream().map(String::valueOf).toList();
    return kept && COLUMNS.contains(axes);
  }

  boolean straight() {
    return normalisers.isEmpty() && !picked;
  }
}

package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The output of a model that tells most: logits, then probabilities, then scores, then other
/// floats; never class labels, which say less than any of them.
///
/// @param name the graph's output
/// @param value what is read: the output, or the tensor that a ZipMap made maps of
/// @param labelled whether another output gives class labels: a classifier
/// @param others further outputs that would do, by name
record OutputChoice(String name, String value, boolean labelled, List<String> others) {
  private enum Kind {
    MAPS,
    FLOATS,
    LABELS,
    OTHER
  }

  OutputChoice {
    others = List.copyOf(others);
  }

  static OutputChoice of(ScoringParts graph, Optional<String> wanted) throws InvalidModelException {
    List<String> names = graph.outputs().stream().map(o -> o.getName()).toList();
    if (names.isEmpty()) {
      throw new InvalidModelException("the model has no output");
    }
    List<OnnxMl.ValueInfoProto> fit = new ArrayList<>();
    for (OnnxMl.ValueInfoProto output : graph.outputs()) {
      Kind kind = kind(graph, output);
      if (kind == Kind.MAPS || kind == Kind.FLOATS) {
        fit.add(output);
      }
    }
    if (wanted.isPresent() && !names.contains(wanted.get())) {
      throw new InvalidModelException(
          "the model has no output '%s'; it has %s".formatted(wanted.get(), quoted(names)));
    }
    if (fit.isEmpty()) {
      throw new InvalidModelException(
          "no output of the model gives numbers to score (%s): export it with its probabilities or decision values"
              .formatted(quoted(names)));
    }
    String name =
        wanted.orElseGet(
            () -> fit.stream().min(Comparator.comparingInt(OutputChoice::rank)).get().getName());
    if (fit.stream().noneMatch(o -> o.getName().equals(name))) {
      throw new InvalidModelException(
          "output '%s' gives class labels or other things that are no scores; choose %s"
              .formatted(name, quoted(fit.stream().map(o -> o.getName()).toList())));
    }
    String value =
        graph.producer(name).filter(OutputChoice::zips).map(node -> node.getInput(0)).orElse(name);
    boolean labelled =
        graph.outputs().stream()
            .anyMatch(o -> !o.getName().equals(name) && kind(graph, o) == Kind.LABELS);
    List<String> others =
        fit.stream().map(o -> o.getName()).filter(other -> !other.equals(name)).toList();
    return new OutputChoice(name, value, labelled, others);
  }

  /// Whether a ZipMap was left out.
  boolean unzipped() {
    return !name.equals(value);
  }

  /// Whether the output's name says so.
  boolean named(String part) {
    return name.toLowerCase(Locale.ROOT).contains(part);
  }

  private static boolean zips(OnnxMl.NodeProto node) {
    return ScoringParts.is(node, "ZipMap") && node.getInputCount() == 1;
  }

  private static Kind kind(ScoringParts graph, OnnxMl.ValueInfoProto output) {
    if (graph.producer(output.getName()).filter(OutputChoice::zips).isPresent()) {
      return Kind.MAPS;
    }
    if (!output.hasType()) {
      return Kind.FLOATS; // ONNX Runtime works the type out, and the session looks at it
    }
    if (!output.getType().hasTensorType()) {
      return Kind.OTHER;
    }
    return switch (output.getType().getTensorType().getElemType()) {
      case 0, 1, 10, 11, 16 -> Kind.FLOATS;
      case 2, 3, 4, 5, 6, 7, 8, 9, 12, 13 -> Kind.LABELS;
      default -> Kind.OTHER;
    };
  }

  private static int rank(OnnxMl.ValueInfoProto output) {
    String name = output.getName().toLowerCase(Locale.ROOT);
    if (name.contains("logit")) {
      return 0;
    }
    if (name.contains("prob")) {
      return 1;
    }
    if (name.contains("score") || name.contains("decision")) {
      return 2;
    }
    return name.contains("label") ? 4 : 3;
  }

  static String quoted(List<String> names) {
    String shown =
        String.join(", ", names.stream().limit(20).map(name -> "'" + name + "'").toList());
    return names.size() > 20 ? shown + " and %d more".formatted(names.size() - 20) : shown;
  }
}

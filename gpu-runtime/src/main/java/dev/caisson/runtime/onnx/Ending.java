package dev.caisson.runtime.onnx;

import static dev.caisson.runtime.onnx.ScoringParts.is;

import ai.onnx.proto.OnnxMl;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the last operations of a graph make of its scores, and the graph without them.
///
/// Probabilities saturate: beyond a logit of 17 a float says 1. So a final softmax or sigmoid is
/// left out. Where logits of several columns would be those of independent sigmoids, their
/// logarithms take the place: softmax of the new outputs is what the model itself gives, always.
///
/// @param perOutput a sigmoid was left out, which is right for a single output only
/// @param phrase for people
record Ending(Meaning meaning, boolean perOutput, String phrase) {
  /// Reads the end of the graph and cuts it. `sigmoid` false keeps a plain final sigmoid.
  static Ending cut(ScoringParts graph, OutputChoice choice, boolean sigmoid) {
    Way way = Way.to(graph, choice.value());
    OnnxMl.NodeProto last =
        graph
            .producer(way.value())
            .filter(node -> node.getInputCount() > 0)
            .orElse(OnnxMl.NodeProto.getDefaultInstance());
    Optional<Ending> ending =
        switch (last.getOpType()) {
          case "Softmax" -> softmax(graph, way, last);
          case "LogSoftmax" ->
              way.straight()
                  ? Optional.of(logits("log-probabilities, which serve as logits"))
                  : Optional.empty();
          case "Sigmoid" -> sigmoid(graph, way, sigmoid);
          case "Concat" -> pair(graph, way, last);
          case "LinearClassifier", "TreeEnsembleClassifier", "SVMClassifier" ->
              last.getOutputCount() == 2 && last.getOutput(1).equals(way.value())
                  ? Optional.of(classifier(graph, way, last))
                  : Optional.empty();
          case "LinearRegressor", "TreeEnsembleRegressor", "SVMRegressor" ->
              way.straight()
                      && !choice.labelled()
                      && ScoringParts.text(last, "post_transform", "NONE").equals("NONE")
                  ? Optional.of(values("predicted values"))
                  : Optional.empty();
          default -> Optional.empty();
        };
    return ending.orElseGet(() -> byName(choice));
  }

  private static Optional<Ending> softmax(ScoringParts graph, Way way, OnnxMl.NodeProto node) {
    long axis = ScoringParts.attribute(node, "axis").map(a -> a.getI()).orElse(-1L);
    if (way.picked() || (axis != 1 && axis != -1)) {
      return Optional.of(probabilities("probabilities by a softmax that could not be left out"));
    }
    graph.bypass(way.value());
    way.normalisers().forEach(graph::bypass);
    return Optional.of(logits("logits, the final softmax left out"));
  }

  private static Optional<Ending> sigmoid(ScoringParts graph, Way way, boolean sigmoid) {
    if (way.picked() || !sigmoid) {
      return Optional.of(probabilities("probabilities, each by a sigmoid of its own"));
    }
    if (way.normalisers().isEmpty()) {
      graph.bypass(way.value());
      return Optional.of(new Ending(Meaning.LOGITS, true, "logits, the final sigmoid left out"));
    }
    String logit = graph.producer(way.value()).orElseThrow().getInput(0);
    graph.replace(way.value(), LogSigmoid.of(graph, logit, way.value()));
    way.normalisers().forEach(graph::bypass);
    return Optional.of(logits("log-probabilities, from before the final sigmoid"));
  }

  /// Two columns 1 - p and p, where p is a sigmoid.
  private static Optional<Ending> pair(ScoringParts graph, Way way, OnnxMl.NodeProto concat) {
    if (concat.getInputCount() != 2 || way.picked()) {
      return Optional.empty();
    }
    Optional<OnnxMl.NodeProto> other = graph.producer(concat.getInput(0));
    Optional<OnnxMl.NodeProto> p = graph.producer(concat.getInput(1));
    boolean fits =
        other
                .filter(
                    n ->
                        is(n, "Sub")
                            && n.getInputCount() == 2
                            && n.getInput(1).equals(concat.getInput(1)))
                .isPresent()
            && p.filter(n -> is(n, "Sigmoid") && n.getInputCount() == 1).isPresent()
            && graph.initializer(other.get().getInput(0)).filter(Ending::one).isPresent();
    if (!fits) {
      return Optional.empty();
    }
    graph.replace(way.value(), LogSigmoid.pairOf(graph, p.get().getInput(0), way.value()));
    way.normalisers().forEach(graph::bypass);
    return Optional.of(logits("log-probabilities of both classes, from before the final sigmoid"));
  }

  private static boolean one(OnnxMl.TensorProto tensor) {
    var raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return switch (tensor.getDataType()) {
      case 1 ->
          tensor.getFloatDataList().equals(List.of(1f))
              || (raw.remaining() == Float.BYTES && raw.getFloat() == 1);
      case 11 ->
          tensor.getDoubleDataList().equals(List.of(1.0))
              || (raw.remaining() == Double.BYTES && raw.getDouble() == 1);
      default -> false;
    };
  }

  private static Ending classifier(ScoringParts graph, Way way, OnnxMl.NodeProto node) {
    PostTransform post = PostTransform.of(node, !way.normalisers().isEmpty());
    boolean cut = !way.picked() && post.columns() != PostTransform.Columns.KEPT;
    if (cut) {
      String raw = graph.fresh(way.value() + "_raw");
      List<OnnxMl.NodeProto> nodes = new ArrayList<>();
      nodes.add(PostTransform.removed(node, raw));
      switch (post.columns()) {
        case RAW -> nodes.add(ScoringParts.node("Identity", raw, way.value()));
        case OWN -> nodes.addAll(LogSigmoid.of(graph, raw, way.value()));
        case LAST -> nodes.addAll(LogSigmoid.pairOfLast(graph, raw, way.value()));
        case KEPT -> throw new IllegalStateException("nothing is cut");
      }
      graph.replace(way.value(), nodes);
      way.normalisers().forEach(graph::bypass);
    }
    if (!cut && post.columns() != PostTransform.Columns.KEPT) {
      return probabilities("probabilities of some of the classes");
    }
    return new Ending(post.meaning(), false, post.phrase());
  }

  private static Ending byName(OutputChoice choice) {
    if (choice.unzipped() || (choice.labelled() && choice.named("prob"))) {
      return probabilities("class probabilities");
    }
    if (choice.named("logit")) {
      return logits("logits, by its name");
    }
    if (!choice.labelled() && choice.name().equals("variable")) {
      return values("predicted values, by the name that scikit-learn's exporter gives them");
    }
    return new Ending(Meaning.UNKNOWN, false, "numbers whose meaning the graph does not tell");
  }

  private static Ending logits(String phrase) {
    return new Ending(Meaning.LOGITS, false, phrase);
  }

  private static Ending probabilities(String phrase) {
    return new Ending(Meaning.PROBABILITIES, false, phrase);
  }

  private static Ending values(String phrase) {
    return new Ending(Meaning.VALUES, false, phrase);
  }
}

package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Set;

/// What a classifier of `ai.onnx.ml` gives as scores, and how logits can be had from it by taking
/// `post_transform` away. ONNX Runtime's semantics, found by experiment (1.28): with two labels and
/// one score a tree or linear classifier puts the score x into the second column when nothing is
/// transformed (the first holds -x or 1 - x), and sigmoid(-x), sigmoid(x) with LOGISTIC; SOFTMAX is
/// then not applied at all. In every other case both work column by column, or over the columns.
record PostTransform(Columns columns, Meaning meaning, String phrase) {
  /// How the outputs follow from the untransformed scores.
  enum Columns {
    /// Transformed scores stay: there is nothing to gain, or no sure way.
    KEPT,
    /// The scores themselves.
    RAW,
    /// log(sigmoid) of each.
    OWN,
    /// log(sigmoid) of minus and plus the second.
    LAST
  }

  /// `normalised`: the scores are divided by their sum afterwards.
  static PostTransform of(OnnxMl.NodeProto node, boolean normalised) {
    return switch (node.getOpType()) {
      case "SVMClassifier" -> machine(node);
      case "LinearClassifier" -> linear(node, normalised);
      default -> trees(node, normalised);
    };
  }

  /// The classifier without its transformation, its scores under another name.
  static OnnxMl.NodeProto removed(OnnxMl.NodeProto node, String scores) {
    OnnxMl.NodeProto.Builder plain = node.toBuilder().clearAttribute().setOutput(1, scores);
    node.getAttributeList().stream()
        .filter(a -> !a.getName().equals("post_transform"))
        .forEach(plain::addAttribute);
    return plain
        .addAttribute(
            OnnxMl.AttributeProto.newBuilder()
                .setName("post_transform")
                .setType(OnnxMl.AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8("NONE")))
        .build();
  }

  private static PostTransform linear(OnnxMl.NodeProto node, boolean normalised) {
    int classes = ClassTexts.of(node).size();
    List<Float> intercepts = ScoringParts.floats(node, "intercepts");
    boolean single = classes == 2 && intercepts.size() == 1;
    return switch (ScoringParts.text(node, "post_transform", "NONE")) {
      case "NONE" -> unknown("decision values of a linear classifier");
      case "SOFTMAX" ->
          single
              ? kept("scores of a linear classifier")
              : raw("logits of a linear classifier, its softmax left out");
      case "LOGISTIC" -> {
        if (single) {
          yield lasting("a linear classifier");
        }
        boolean opposite =
            classes == 2
                && opposite(intercepts)
                && opposite(ScoringParts.floats(node, "coefficients"));
        yield opposite || normalised
            ? own("a linear classifier")
            : kept("probabilities of a linear classifier, each by a sigmoid of its own");
      }
      default -> kept("scores of a linear classifier");
    };
  }

  /// Up to what fresh low bits move, at most 16 of a float's 23: the scores are then normalised all
  /// the same.
  private static boolean opposite(List<Float> rows) {
    int half = rows.size() / 2;
    for (int i = 0; i < half; i++) {
      float one = rows.get(i);
      float other = rows.get(half + i);
      if (!(Math.abs(one + other) <= 0x1p-7f * Math.max(Math.abs(one), Math.abs(other)))) {
        return false;
      }
    }
    return rows.size() == 2 * half && half > 0;
  }

  private static PostTransform trees(OnnxMl.NodeProto node, boolean normalised) {
    boolean plain =
        node.getAttributeList().stream().noneMatch(a -> a.getName().endsWith("_as_tensor"));
    Set<Long> scored = Set.copyOf(ScoringParts.wholes(node, "class_ids"));
    List<Float> base = ScoringParts.floats(node, "base_values");
    int classes = ClassTexts.of(node).size();
    boolean single = classes == 2 && scored.equals(Set.of(0L)) && base.size() <= 1;
    boolean all = classes >= 2 && scored.size() == classes;
    return switch (ScoringParts.text(node, "post_transform", "NONE")) {
      case "NONE" ->
          plain
                  && base.isEmpty()
                  && ScoringParts.floats(node, "class_weights").stream().allMatch(w -> w >= 0)
              ? kept("the trees' class probabilities")
              : unknown("sums over trees");
      case "SOFTMAX" ->
          all
              ? raw("logits of boosted trees, their softmax left out")
              : kept("scores of boosted trees");
      case "LOGISTIC" ->
          single
              ? lasting("boosted trees")
              : all && normalised
                  ? own("boosted trees")
                  : kept(
                      "probabilities of boosted trees, which saturate: their sums could not be had for sure");
      default -> kept("scores of trees");
    };
  }

  private static PostTransform machine(OnnxMl.NodeProto node) {
    return ScoringParts.floats(node, "prob_a").isEmpty()
        ? unknown("decision values of a support vector machine")
        : kept("probabilities that a support vector machine was calibrated to give");
  }

  private static PostTransform kept(String phrase) {
    return new PostTransform(Columns.KEPT, Meaning.PROBABILITIES, phrase);
  }

  private static PostTransform unknown(String phrase) {
    return new PostTransform(Columns.KEPT, Meaning.UNKNOWN, phrase);
  }

  private static PostTransform raw(String phrase) {
    return new PostTransform(Columns.RAW, Meaning.LOGITS, phrase);
  }

  private static PostTransform own(String whose) {
    return new PostTransform(
        Columns.OWN,
        Meaning.LOGITS,
        "log-probabilities of %s, from before its sigmoids".formatted(whose));
  }

  private static PostTransform lasting(String whose) {
    return new PostTransform(
        Columns.LAST,
        Meaning.LOGITS,
        "log-probabilities of both classes by %s, from before the sigmoid".formatted(whose));
  }
}

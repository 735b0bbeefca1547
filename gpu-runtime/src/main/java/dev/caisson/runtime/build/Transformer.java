package dev.caisson.runtime.build;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.List;
import java.util.Map;

/// A Transformer encoder (Vaswani et al. 2017) with normalisation before each part, GELU, learned
/// positions and the mean over the sequence at its end. Input `tokens` `[N × sequence]`, whole
/// numbers below `vocabulary`; or, with `features`, input `features` `[N × sequence × features]`.
///
/// Every position counts: there is no mask for padding. Weights are drawn as PyTorch does for these
/// layers: embeddings normal(0, 1); queries, keys and values Xavier uniform over the three
/// together, biases 0; other linear layers uniform within 1/√inputs; scales 1, shifts 0; positions
/// normal(0, 0.02), as in torchvision's Vision Transformer.
///
/// @param vocabulary number of different tokens, 0 where the input is features
/// @param features numbers per step, 0 where the input is tokens
/// @param width of each step inside, a multiple of `heads`
/// @param feedForward width between the two linear layers of a block
/// @param dropout on the input, on attention and after each part, in training
public record Transformer(
    int vocabulary,
    int features,
    int sequence,
    int width,
    int heads,
    int layers,
    int feedForward,
    double dropout,
    int outputs,
    long seed)
    implements Architecture {
  public Transformer {
    if ((vocabulary > 0) == (features > 0)) {
      throw new IllegalArgumentException(
          "a transformer reads tokens (vocabulary) or numbers (features): give one of the two, got %d and %d"
              .formatted(vocabulary, features));
    }
    if (vocabulary > 0) {
      Sizes.require("vocabulary", vocabulary, 1 << 24); // tokens travel as floats, exact to 2^24
    } else {
      Sizes.require("features", features, Sizes.WIDEST);
    }
    Sizes.require("sequence", sequence, 4096);
    Sizes.require("width", width, 8192);
    Sizes.require("heads", heads, 128);
    Sizes.require("layers", layers, 64);
    Sizes.require("feed-forward", feedForward, Sizes.WIDEST);
    Sizes.require("outputs", outputs, Sizes.WIDEST);
    Sizes.requireRow(sequence, Math.max(1, features), 1);
    Sizes.requireDropout(dropout);
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of heads, got %d and %d".formatted(width, heads));
    }
  }

  @Override
  public long weights() {
    return draft().weights();
  }

  @Override
  public OnnxModel build() {
    return draft().finish("transformer", outputs, seed);
  }

  private Draft draft() {
    Draft draft = new Draft(input());
    draft.planDropout(dropout);
    draft.scalar("attention.scale", (float) (1 / Math.sqrt((double) width / heads)));
    draft.wholes("attention.split", 0, sequence, heads, width / heads);
    draft.wholes("attention.join", 0, sequence, width);
    draft.wholes("mean.axes", 1);
    if (vocabulary > 0) {
      String table = draft.weight("embedding.weight", new Start.Normal(1), vocabulary, width);
      draft.node("embedding", "Gather", Map.of(), table, draft.last());
    } else {
      project(draft, "embedding", draft.last(), features, width);
    }
    String positions = draft.weight("positions.weight", new Start.Normal(0.02), sequence, width);
    draft.node("positions", "Add", Map.of(), draft.last(), positions);
    draft.dropout("embedding.drop", dropout);
    for (int layer = 1; layer <= layers; layer++) {
      attention(draft, "layer%d.attention".formatted(layer));
      feedForward(draft, "layer%d.feed_forward".formatted(layer));
    }
    normalise(draft, "norm", draft.last());
    draft.node(
        "mean",
        "ReduceMean",
        Map.of("keepdims", new Attribute.Whole(0)),
        draft.last(),
        "mean.axes");
    draft.head(width, List.of(), outputs, Activation.GELU, 0);
    return draft;
  }

  private ValueInfo input() {
    return vocabulary > 0
        ? ValueInfo.of("tokens", ElementType.INT64, Shape.of(Shape.FREE, sequence))
        : ValueInfo.of("features", ElementType.FLOAT, Shape.of(Shape.FREE, sequence, features));
  }

  private void attention(Draft draft, String name) {
    String before = draft.last();
    String normal = normalise(draft, name + ".norm", before);
    String query = part(draft, name + ".query", normal, 0, 2, 1, 3);
    String key = part(draft, name + ".key", normal, 0, 2, 3, 1);
    String value = part(draft, name + ".value", normal, 0, 2, 1, 3);
    draft.node(name + ".scores", "MatMul", Map.of(), query, key);
    draft.node(name + ".scaled", "Mul", Map.of(), draft.last(), "attention.scale");
    draft.node(name + ".shares", "Softmax", Map.of("axis", new Attribute.Whole(-1)), draft.last());
    String shares = draft.dropout(name + ".shares.drop", dropout);
    draft.node(name + ".mixed", "MatMul", Map.of(), shares, value);
    String mixed = draft.node(name + ".back", "Transpose", order(0, 2, 1, 3), draft.last());
    String joined = draft.node(name + ".join", "Reshape", Map.of(), mixed, "attention.join");
    project(draft, name + ".out", joined, width, width);
    draft.dropout(name + ".drop", dropout);
    draft.node(name + ".add", "Add", Map.of(), before, draft.last());
  }

  /// One of query, key and value, split into heads: `[N × heads × .. × ..]` in this order of axes.
  private String part(Draft draft, String name, String input, long... axes) {
    Start together = Start.xavier(width, 3 * width);
    multiply(draft, name, input, draft.weight(name + ".weight", together, width, width));
    String bias = draft.weight(name + ".bias", new Start.Same(0), width);
    draft.node(name + ".add", "Add", Map.of(), draft.last(), bias);
    draft.node(name + ".split", "Reshape", Map.of(), draft.last(), "attention.split");
    return draft.node(name + ".heads", "Transpose", order(axes), draft.last());
  }

  private void feedForward(Draft draft, String name) {
    String before = draft.last();
    project(draft, name + ".1", normalise(draft, name + ".norm", before), width, feedForward);
    draft.node(name + ".gelu", "Gelu", Map.of(), draft.last());
    draft.dropout(name + ".gelu.drop", dropout);
    project(draft, name + ".2", draft.last(), feedForward, width);
    draft.dropout(name + ".drop", dropout);
    draft.node(name + ".add", "Add", Map.of(), before, draft.last());
  }

  /// A linear layer on `[N × sequence × from]`.
  private static void project(Draft draft, String name, String input, int from, int to) {
    Start start = Start.byInputs(from);
    multiply(draft, name, input, draft.weight(name + ".weight", start, from, to));
    draft.node(
        name + ".add", "Add", Map.of(), draft.last(), draft.weight(name + ".bias", start, to));
  }

  private static void multiply(Draft draft, String name, String input, String weight) {
    draft.node(name, "MatMul", Map.of(), input, weight);
  }

  private String normalise(Draft draft, String name, String input) {
    return draft.node(
        name,
        "LayerNormalization",
        Map.of("axis", new Attribute.Whole(-1), "epsilon", new Attribute.Real(1e-5f)),
        input,
        draft.weight(name + ".weight", new Start.Same(1), width),
        draft.weight(name + ".bias", new Start.Same(0), width));
  }

  private static Map<String, Attribute> order(long... axes) {
    return Map.of("perm", new Attribute.Wholes(java.util.Arrays.stream(axes).boxed().toList()));
  }
}

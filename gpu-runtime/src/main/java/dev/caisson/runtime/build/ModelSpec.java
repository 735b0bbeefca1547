package dev.caisson.runtime.build;

import dev.caisson.runtime.onnx.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model in a few words: linear layers with activations between. No hidden layer makes a logistic
/// (or linear) regression. Input `features` `[N × inputs]`, output `logits` `[N × outputs]`; a
/// binary outcome has one output. Equal specs give equal bytes.
///
/// @param dropout share of activations dropped after each hidden layer in training, 0 for none
/// @param seed draws the first weights
public record ModelSpec(
    int inputs,
    List<Integer> hidden,
    int outputs,
    Activation activation,
    double dropout,
    long seed) {
  private static final int WIDEST = 1 << 16;
  private static final Set<String> KEYS =
      Set.of("kind", "inputs", "hidden", "outputs", "activation", "dropout", "seed");

  public ModelSpec {
    hidden = List.copyOf(hidden);
    requireWidth("inputs", inputs);
    requireWidth("outputs", outputs);
    for (int width : hidden) {
      requireWidth("hidden", width);
    }
    if (hidden.size() > 64) {
      throw new IllegalArgumentException("hidden has at most 64 layers, got " + hidden.size());
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be 0 <= x < 1, got " + dropout);
    }
  }

  /// A multi-layer perceptron with ReLU.
  public static ModelSpec mlp(int inputs, List<Integer> hidden, int outputs, long seed) {
    return new ModelSpec(inputs, hidden, outputs, Activation.RELU, 0, seed);
  }

  /// One linear layer.
  public static ModelSpec logistic(int inputs, int outputs, long seed) {
    return new ModelSpec(inputs, List.of(), outputs, Activation.RELU, 0, seed);
  }

  /// Reads the map of a plan's or spec file's `model` section: `kind` (`mlp` or `logistic`),
  /// `inputs`, `outputs` (1 if left out), `seed` (0), and for `mlp` `hidden` (a list), `activation`
  /// (`relu`) and `dropout` (0). Anything else is an `IllegalArgumentException` that names the key.
  public static ModelSpec parse(Map<String, ?> map) {
    for (String key : map.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "unknown key '%s' in the model; known are %s"
                .formatted(key, KEYS.stream().sorted().toList()));
      }
    }
    Object kind = map.get("kind");
    if (!"mlp".equals(kind) && !"logistic".equals(kind)) {
      throw new IllegalArgumentException("kind must be mlp or logistic, got '%s'".formatted(kind));
    }
    boolean mlp = "mlp".equals(kind);
    int inputs = width(whole(map, "inputs", -1), "inputs");
    int outputs = width(whole(map, "outputs", 1), "outputs");
    long seed = whole(map, "seed", 0);
    if (!mlp) {
      for (String key : List.of("hidden", "activation", "dropout")) {
        if (map.containsKey(key)) {
          throw new IllegalArgumentException("a logistic model has no '%s'".formatted(key));
        }
      }
      return logistic(inputs, outputs, seed);
    }
    Object activation = map.get("activation");
    return new ModelSpec(
        inputs,
        hidden(map.get("hidden")),
        outputs,
        activation == null ? Activation.RELU : Activation.parse(activation.toString()),
        real(map, "dropout"),
        seed);
  }

  private static List<Integer> hidden(@Nullable Object value) {
    if (value instanceof List<?> list && !list.isEmpty()) {
      return list.stream().map(width -> width(whole(width, "hidden"), "hidden")).toList();
    }
    throw new IllegalArgumentException("an mlp needs hidden: a list of widths such as [64, 32]");
  }

  private static long whole(Map<String, ?> map, String key, long otherwise) {
    return map.containsKey(key) ? whole(map.get(key), key) : otherwise;
  }

  private static long whole(@Nullable Object value, String key) {
    return switch (value) {
      case Integer i -> i;
      case Long l -> l;
      case null, default ->
          throw new IllegalArgumentException(
              "%s must be a whole number, got '%s'".formatted(key, value));
    };
  }

  private static double real(Map<String, ?> map, String key) {
    return switch (map.get(key)) {
      case null -> 0;
      case Number number -> number.doubleValue();
      case Object other ->
          throw new IllegalArgumentException("%s must be a number, got '%s'".formatted(key, other));
    };
  }

  private static int width(long value, String name) {
    return requireWidth(name, Math.clamp(value, -1, Integer.MAX_VALUE));
  }

  private static int requireWidth(String name, int width) {
    if (width < 1 || width > WIDEST) {
      throw new IllegalArgumentException("%s must be 1..%d, got %d".formatted(name, WIDEST, width));
    }
    return width;
  }

  /// The model, with weights drawn from the seed.
  public OnnxModel build() {
    return LayerStack.build(this);
  }
}

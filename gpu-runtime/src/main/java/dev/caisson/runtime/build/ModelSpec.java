package dev.caisson.runtime.build;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.ValueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Linear layers with activations between. No hidden layer makes a logistic (or linear) regression.
/// Input `features` `[N × inputs]`, output `logits` `[N × outputs]`; a binary outcome has one
/// output. Equal specs give equal bytes, from version to version too: plans name them by digest.
///
/// Weights and biases are uniform within 1/√inputs of 0, as PyTorch draws them for `nn.Linear`.
///
/// @param dropout share of activations dropped after each hidden layer in training, 0 for none
/// @param seed draws the first weights
public record ModelSpec(
    int inputs, List<Integer> hidden, int outputs, Activation activation, double dropout, long seed)
    implements Architecture {

  public ModelSpec {
    hidden = List.copyOf(hidden);
    Sizes.require("inputs", inputs, Sizes.WIDEST);
    Sizes.require("outputs", outputs, Sizes.WIDEST);
    Sizes.require("hidden", hidden, 0, 64, Sizes.WIDEST);
    Sizes.requireDropout(dropout);
  }

  /// A multi-layer perceptron with ReLU.
  public static ModelSpec mlp(int inputs, List<Integer> hidden, int outputs, long seed) {
    return new ModelSpec(inputs, hidden, outputs, Activation.RELU, 0, seed);
  }

  /// One linear layer.
  public static ModelSpec logistic(int inputs, int outputs, long seed) {
    return new ModelSpec(inputs, List.of(), outputs, Activation.RELU, 0, seed);
  }

  @Override
  public long weights() {
    return draft().weights();
  }

  @Override
  public OnnxModel build() {
    return draft().finish(name(), outputs, seed);
  }

  /// Writes the model into a file that is not there yet, whatever its size up to
  /// [Architecture#MOST_PACKED] trainable numbers; [dev.caisson.runtime.onnx.OnnxModel#open] reads
  /// it. The weights are those of [#build].
  public void pack(Path target) throws IOException {
    draft().pack(name(), outputs, seed, target);
  }

  private String name() {
    return hidden.isEmpty() ? "logistic" : "mlp";
  }

  private Draft draft() {
    Draft draft =
        new Draft(ValueInfo.of("features", ElementType.FLOAT, Shape.of(Shape.FREE, inputs)));
    draft.planDropout(dropout);
    draft.head(inputs, hidden, outputs, activation, dropout);
    return draft;
  }
}

package dev.caisson.airlock.mapping;

import dev.caisson.runtime.onnx.Meaning;
import dev.caisson.runtime.score.ModelInput;
import java.util.List;

/// What has to be known of a model to encode rows for it and to read its outputs.
///
/// @param inputs in the model's order
/// @param outputs numbers a row
/// @param classes in the order of the outputs, as far as the model names them; with one output, the
///   second class is the one that the output is about
public record ModelShape(
    List<ModelInput> inputs, int outputs, Meaning gives, List<String> classes) {
  public ModelShape {
    inputs = List.copyOf(inputs);
    classes = List.copyOf(classes);
    if (outputs < 1) {
      throw new IllegalArgumentException("a model has at least one output, got " + outputs);
    }
  }

  /// Numbers of a row, of all inputs.
  public int width() {
    return inputs.stream().mapToInt(ModelInput::width).reduce(0, Math::addExact);
  }

  String inputsInWords() {
    List<String> words = inputs.stream().limit(40).map(ModelShape::words).toList();
    return String.join(", ", words)
        + (inputs.size() > 40 ? " and %d more".formatted(inputs.size() - 40) : "");
  }

  static String words(ModelInput input) {
    String kind =
        switch (input.kind()) {
          case NUMBER -> "numbers";
          case WHOLE -> "whole numbers";
          case FLAG -> "flags, 0 or 1";
          case TEXT -> "texts";
        };
    return "'%s': %s %s"
        .formatted(input.name(), input.width() == 1 ? "1" : input.shape().toString(), kind);
  }
}

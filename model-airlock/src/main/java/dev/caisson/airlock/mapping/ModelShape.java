package dev.caisson.airlock.mapping;

import java.util.List;

/// What has to be known of a model to encode rows for it and to read its outputs.
///
/// @param outputs numbers a row
/// @param classes in the order of the outputs, as far as the model names them; with one output, the
///   second class is the one that the output is about
public record ModelShape(List<Input> inputs, int outputs, Gives gives, List<String> classes) {
  /// What the outputs are; UNKNOWN: floats of which the model does not tell.
  public enum Gives {
    LOGITS,
    PROBABILITIES,
    VALUES,
    UNKNOWN
  }

  /// What a cell must be.
  public enum Kind {
    NUMBER("numbers"),
    WHOLE("whole numbers"),
    FLAG("flags, 0 or 1"),
    TEXT("texts");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /// One input, in the model's order.
  ///
  /// @param shape of one row; `[]` where that is a single number
  public record Input(String name, Kind kind, List<Integer> shape) {
    public Input {
      shape = List.copyOf(shape);
      if (shape.stream().anyMatch(size -> size < 1)) {
        throw new IllegalArgumentException("input '%s' has shape %s".formatted(name, shape));
      }
    }

    public int width() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }

    String words() {
      return "'%s': %s %s".formatted(name, width() == 1 ? "1" : shape.toString(), kind.words);
    }
  }

  public ModelShape {
    inputs = List.copyOf(inputs);
    classes = List.copyOf(classes);
    if (outputs < 1) {
      throw new IllegalArgumentException("a model has at least one output, got " + outputs);
    }
  }

  /// Numbers of a row, of all inputs.
  public int width() {
    return inputs.stream().mapToInt(Input::width).reduce(0, Math::addExact);
  }

  String inputsInWords() {
    List<String> words = inputs.stream().limit(40).map(Input::words).toList();
    return String.join(", ", words)
        + (inputs.size() > 40 ? " and %d more".formatted(inputs.size() - 40) : "");
  }
}

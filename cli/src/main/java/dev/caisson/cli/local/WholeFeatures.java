package dev.caisson.cli.local;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.BitSet;
import java.util.OptionalInt;

/// Which numbers of a model's row must be whole: those of its integer inputs (tokens, codes).
final class WholeFeatures {
  static final String WORDS = "this input of the model takes whole numbers (tokens, codes)";

  private final BitSet places = new BitSet();

  private WholeFeatures() {}

  static WholeFeatures of(OnnxModel model) {
    WholeFeatures whole = new WholeFeatures();
    int start = 0;
    for (ValueInfo input : model.graph().inputs()) {
      int width =
          input.shape().dimensions().stream()
              .skip(1)
              .reduce(1L, Math::multiplyExact)
              .intValue(); // the scorer has bounded it
      if (input.type() != ElementType.FLOAT) {
        whole.places.set(start, start + width);
      }
      start += width;
    }
    return whole;
  }

  /// The place, in the model's row at `row[at ..]`, of the first number that should be whole and is
  /// not; empty where all suit.
  OptionalInt firstWrong(float[] row, int at) {
    return places.stream()
        .filter(place -> row[at + place] != Math.rint(row[at + place]))
        .findFirst();
  }
}

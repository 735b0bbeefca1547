package dev.caisson.airlock.table;

import java.util.Arrays;
import java.util.List;

/// A model's outputs for the rows of [Records], row after row, read from a table.
///
/// @param classes the names of the columns, in the file's order; empty for one output
/// @param outputs held by reference
/// @param probabilities else logits, or values where the label is a number
/// @param words how that was told, and what was left aside
public record Scores(
    int width, List<String> classes, float[] outputs, boolean probabilities, String words) {
  public Scores {
    classes = List.copyOf(classes);
    if (width < 1 || outputs.length % width != 0) {
      throw new IllegalArgumentException(
          "%d outputs are no rows of %d".formatted(outputs.length, width));
    }
  }

  /// The outputs of the first rows, for a dry run.
  public float[] first(int rows) {
    return Arrays.copyOf(outputs, Math.min(outputs.length, rows * width));
  }

  @Override
  public String toString() {
    return "Scores[%d rows of %d]".formatted(outputs.length / width, width);
  }
}

package dev.caisson.airlock.table;

import java.util.Arrays;
import java.util.List;

/// A model's outputs for the rows of [Records], row after row, read from a table.
public final class Scores {
  private final int width;
  private final List<String> classes;
  private final float[] outputs;
  private final boolean probabilities;
  private final String words;

  Scores(int width, List<String> classes, float[] outputs, boolean probabilities, String words) {
    if (width < 1 || outputs.length % width != 0) {
      throw new IllegalArgumentException(
          "%d outputs are no rows of %d".formatted(outputs.length, width));
    }
    this.width = width;
    this.classes = List.copyOf(classes);
    this.outputs = outputs;
    this.probabilities = probabilities;
    this.words = words;
  }

  /// Outputs a row.
  public int width() {
    return width;
  }

  /// The names of the columns, in the file's order; empty for one output.
  public List<String> classes() {
    return classes;
  }

  /// Row after row, in the order of the records; not a copy.
  public float[] outputs() {
    return outputs;
  }

  /// Else logits, or values where the label is a number.
  public boolean probabilities() {
    return probabilities;
  }

  /// How that was told, and what was left aside.
  public String words() {
    return words;
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

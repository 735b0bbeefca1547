package dev.caisson.cli.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// Made-up people for measurements of assessments: independent standard normal features and a label
/// of 0 or 1 that follows a logistic model of them. Equal sizes give equal rows, and the first rows
/// of a larger set of members are those of a smaller one. Nobody's data.
final class SyntheticRows {
  static final String LABEL = "outcome";
  private static final long SEED = 20_261_126;

  private final double[] weights;
  private final SplittableRandom random;

  private SyntheticRows(int columns, long seed) {
    SplittableRandom drawn = new SplittableRandom(SEED);
    weights = drawn.doubles(columns).map(u -> (4 * u - 2) / Math.sqrt(columns) * 1.5).toArray();
    random = new SplittableRandom(seed);
  }

  static SyntheticRows members(int columns) {
    return new SyntheticRows(columns, SEED + 1);
  }

  static SyntheticRows nonMembers(int columns) {
    return new SyntheticRows(columns, SEED + 2);
  }

  /// The next person: the features into the row, the label as result.
  int next(float[] row) {
    double logit = 0;
    for (int column = 0; column < weights.length; column++) {
      row[column] = (float) random.nextGaussian();
      logit += weights[column] * row[column];
    }
    return random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  }

  /// The next people as CSV: columns `x0`, `x1` and so on, and the label last. A number is the
  /// shortest that reads back as the same float: eight or nine digits.
  void write(Path file, int rows) throws IOException {
    float[] row = new float[weights.length];
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int column = 0; column < row.length; column++) {
        out.append("x").append(Integer.toString(column)).append(',');
      }
      out.append(LABEL).append('\n');
      for (int i = 0; i < rows; i++) {
        int label = next(row);
        for (float cell : row) {
          out.append(Float.toString(cell)).append(',');
        }
        out.append(label == 1 ? "1\n" : "0\n");
      }
    }
  }
}

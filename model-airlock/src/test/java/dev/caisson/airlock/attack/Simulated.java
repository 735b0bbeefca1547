package dev.caisson.airlock.attack;

import java.util.SplittableRandom;

/// Invented people and two models of them: a smooth one, which never saw anybody, and a memoriser,
/// which is that same model but for a bump of certainty around each member's record. Six columns:
/// four Gaussian, then a category of two as 0/1 columns.
public final class Simulated {
  static final int WIDTH = 6;
  public static final Attribute CATEGORY = Attribute.oneHot("category", 4, 2);

  private final int members;
  private final float[] cells;
  private final float[] labels;
  private final double bump; // in log odds, at a member's own record; 0 for the smooth model

  private Simulated(int members, float[] cells, float[] labels, double bump) {
    this.members = members;
    this.cells = cells;
    this.labels = labels;
    this.bump = bump;
  }

  public static Exhibit smooth(int members, int nonMembers, long seed) {
    return of(members, nonMembers, 0, seed);
  }

  static Exhibit memoriser(int members, int nonMembers, long seed) {
    return of(members, nonMembers, 3, seed);
  }

  private static Exhibit of(int members, int nonMembers, double bump, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int rows = members + nonMembers;
    float[] cells = new float[rows * WIDTH];
    float[] labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < 4; column++) {
        cells[row * WIDTH + column] = (float) random.nextGaussian();
      }
      cells[row * WIDTH + 4 + random.nextInt(2)] = 1;
      labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-base(cells, row))) ? 1 : 0;
    }
    Simulated model = new Simulated(members, cells, labels, bump);
    Inputs inputs = new Inputs(WIDTH, cells);
    int[] all = new int[rows];
    Predictions predictions = new Predictions(Task.BINARY, 1, model.outputs(inputs, all), labels);
    return Exhibit.ofRows(predictions, members).withInputs(inputs).withOracle(model::outputs);
  }

  private static double base(float[] cells, int row) {
    int at = row * WIDTH;
    return cells[at] - 0.7 * cells[at + 1] + cells[at + 4] - cells[at + 5];
  }

  private float[] outputs(Inputs rows, int[] origins) {
    float[] logits = new float[rows.rows()];
    for (int row = 0; row < logits.length; row++) {
      double logit = base(rows.values(), row);
      if (bump > 0) {
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int member = 0; member < members; member++) {
          double apart = 0;
          for (int column = 0; column < WIDTH; column++) {
            double d = rows.at(row, column) - cells[member * WIDTH + column];
            apart += d * d;
          }
          if (apart < least) {
            least = apart;
            nearest = member;
          }
        }
        logit += bump * (2 * labels[nearest] - 1) * Math.exp(-least / 0.5);
      }
      logits[row] = (float) logit;
    }
    return logits;
  }
}

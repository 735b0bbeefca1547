package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// The label-only attack (Choquette-Choo et al., ICML 2021): training pushes decision boundaries
/// away from members, so a member stays predicted right under more noise on the inputs. The score
/// is the share of noisy copies whose predicted class is the true one, over a fixed ladder of
/// noises. It needs no confidences: hiding or rounding outputs does not stop it.
///
/// Noise is Gaussian, .03 to 3 deviations of its column; columns of 0 and 1 are flipped instead,
/// with a chance of a sixth of that, at most one half. Deviations are those of members and
/// non-members together, so nothing here depends on who is which.
public final class LabelOnlyAttack implements Attack {
  private static final int COPIES = 20;
  private static final double LEAST_NOISE = 0.03;
  private static final double MOST_NOISE = 3;
  private static final int ROWS_A_CALL = 2_000;

  private final int mostRows;

  /// Asks about at most 25,000 rows a side, 20 times each.
  public LabelOnlyAttack() {
    this(25_000);
  }

  /// Asks about at most so many rows a side; persons are drawn by the seed.
  public LabelOnlyAttack(int mostRows) {
    if (mostRows < 1) {
      throw new IllegalArgumentException("at least one row is asked about, got " + mostRows);
    }
    this.mostRows = mostRows;
  }

  @Override
  public String name() {
    return "label-only";
  }

  @Override
  public String plainly() {
    return "calls a person a member if the predicted class stays right when the record is disturbed";
  }

  @Override
  public Optional<String> refuses(Setting setting) {
    return setting
        .withoutClasses("without predicted classes nothing stays right under noise")
        .or(setting::withoutInputs)
        .or(setting::withoutOracle);
  }

  @Override
  public List<Trial> attack(Exhibit exhibit, long seed) {
    double[] scores = new double[exhibit.predictions().rows()];
    Arrays.fill(scores, Double.NaN);
    int[] rows = exhibit.someRows(mostRows, seed);
    Noise noise = Noise.of(exhibit.inputs());
    SplittableRandom random = new SplittableRandom(seed);
    for (int from = 0; from < rows.length; from += ROWS_A_CALL) {
      int[] some = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + ROWS_A_CALL));
      ask(exhibit, some, noise, random, scores);
    }
    return List.of(exhibit.trial(exhibit.joined(scores)));
  }

  private static void ask(
      Exhibit exhibit, int[] rows, Noise noise, SplittableRandom random, double[] scores) {
    int width = exhibit.inputs().width();
    float[] copies = new float[rows.length * COPIES * width];
    int[] origins = new int[rows.length * COPIES];
    for (int copy = 0; copy < origins.length; copy++) {
      int row = rows[copy / COPIES];
      double rung = (double) (copy % COPIES) / (COPIES - 1);
      double size = LEAST_NOISE * Math.pow(MOST_NOISE / LEAST_NOISE, rung);
      origins[copy] = row;
      noise.disturb(exhibit.inputs(), row, size, random, copies, copy * width);
    }
    Predictions answers = exhibit.ask(new Inputs(width, copies), origins);
    for (int copy = 0; copy < origins.length; copy++) {
      double before = copy % COPIES == 0 ? 0 : scores[origins[copy]];
      scores[origins[copy]] = before + (answers.correct(copy) ? 1.0 / COPIES : 0);
    }
  }
}

package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Halves;
import dev.caisson.airlock.statistics.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The worst-case attack of SACRO-ML (after Rezaei and Liu, CVPR 2021): somebody who already knows
/// half of the members and half of the non-members learns from the model's sorted outputs alone to
/// tell them apart, and is judged on the other halves. Five times with other halves: five trials,
/// whose p-values `CombinedP` joins as a correction for having tried five times.
///
/// Its dummy baseline is the same attack on [Exhibit#shuffled]. It is weak, since it knows no label
/// and no input: it may find a leak, it never clears a model.
public final class WorstCaseAttack implements Attack {
  private static final int REPETITIONS = 5;
  private static final int LEAST = 40;
  private static final int MOST_OUTPUTS = 10;

  @Override
  public String name() {
    return "worst-case";
  }

  @Override
  public String plainly() {
    return "learns from people whose membership is known how the model's outputs for members differ";
  }

  @Override
  public Optional<String> refuses(Setting setting) {
    return setting.withoutSignal().or(() -> setting.fewerThan(LEAST));
  }

  @Override
  public List<Trial> attack(Exhibit exhibit, long seed) {
    Columns outputs = sortedOutputs(exhibit.predictions());
    List<Trial> trials = new ArrayList<>();
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      trials.add(trial(exhibit, outputs, seed + 3L * repetition));
    }
    return trials;
  }

  private static Trial trial(Exhibit exhibit, Columns outputs, long seed) {
    int[] members = exhibit.side(true);
    int[] others = exhibit.side(false);
    Halves memberHalves = Halves.of(members.length, seed);
    Halves otherHalves = Halves.of(others.length, seed + 1);
    int[] in = exhibit.rowsOf(named(members, memberHalves.first()));
    int[] out = exhibit.rowsOf(named(others, otherHalves.first()));
    int[] rows = Arrays.copyOf(in, in.length + out.length);
    System.arraycopy(out, 0, rows, in.length, out.length);
    double[] targets = new double[rows.length];
    Arrays.fill(targets, 0, in.length, 1);
    BoostedTrees learnt =
        BoostedTrees.fit(outputs, rows, targets, new Objective.LogOdds(), seed + 2);
    double[] scores = new double[exhibit.predictions().rows()];
    Arrays.fill(scores, Double.NaN);
    for (int row : exhibit.rowsOf(named(members, memberHalves.second()))) {
      scores[row] = learnt.predict(outputs, row);
    }
    for (int row : exhibit.rowsOf(named(others, otherHalves.second()))) {
      scores[row] = learnt.predict(outputs, row);
    }
    return exhibit.trial(exhibit.joined(scores));
  }

  private static int[] named(int[] side, int[] positions) {
    return Arrays.stream(positions).map(i -> side[i]).toArray();
  }

  /// Each row's outputs, the largest first, at most ten; logits as log-probabilities, because they
  /// mean the same up to a constant. Of one logit or probability, how far it is from undecided.
  private static Columns sortedOutputs(Predictions predictions) {
    int width = predictions.width();
    int kept = Math.min(width, MOST_OUTPUTS);
    float[] sorted = new float[predictions.rows() * kept];
    float[] one = new float[width];
    for (int row = 0; row < predictions.rows(); row++) {
      for (int k = 0; k < width; k++) {
        one[k] = predictions.output(row, k);
      }
      Arrays.sort(one);
      double shift = width > 1 && !predictions.probabilities() ? logOfSum(one) : 0;
      for (int k = 0; k < kept; k++) {
        sorted[row * kept + k] = (float) (one[width - 1 - k] - shift);
      }
      if (predictions.task() == Task.BINARY) {
        sorted[row] = Math.abs(one[0] - (predictions.probabilities() ? 0.5f : 0));
      }
    }
    return Columns.of(new Inputs(kept, sorted));
  }

  private static double logOfSum(float[] rising) {
    double top = rising[rising.length - 1];
    double sum = 0;
    for (float logit : rising) {
      sum += Math.exp(logit - top);
    }
    return top + Math.log(sum);
  }
}

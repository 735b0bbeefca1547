package dev.caisson.cli.chaos;

import dev.caisson.client.study.PlannedModel;
import dev.caisson.dataset.HoldOut;
import dev.caisson.dataset.Samples;
import dev.caisson.dataset.SplitKey;
import dev.caisson.dataset.Table;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.secagg.Segment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The same study in memory: every site's rows in one place, no masks, no network, the survivors as
/// told. Averages in doubles.
final class Simulation {
  private static final double FLOAT = 0x1p-24;

  private final StudyPlan plan;
  private final Map<String, TrainingSet> members = new TreeMap<>();
  private double largest;

  /// Reads all tables, and whom each site holds out.
  Simulation(Homes homes, StudyPlan plan) throws Exception {
    this.plan = plan;
    for (String site : homes.sites()) {
      Samples rows = Table.read(homes.site(site).resolve("table.csv"), homes.dataset()).samples();
      try (SplitKey key = SplitKey.load(homes.site(site).resolve("split.key"));
          HoldOut holdOut = key.holdOut(plan.digest(), plan.holdOutFraction())) {
        Samples trained = holdOut.split(rows, 1).members();
        members.put(
            site,
            new TrainingSet(trained.features(), trained.rows(), trained.width(), trained.labels()));
      }
    }
  }

  /// The state that the plan begins with.
  float[] first() {
    return PlannedModel.of(plan.model().orElseThrow(), plan.seed()).initialVector();
  }

  /// The state after this round of training, over these sites.
  ///
  /// @param round from 1
  float[] step(float[] state, int round, List<String> survivors) {
    double[] sum = new double[state.length];
    for (String site : survivors) {
      float[] update = update(state, round, site);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += update[i];
      }
    }
    float[] next = new float[state.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = (float) (state[i] + sum[i] / survivors.size());
      largest = Math.max(largest, Math.abs(next[i]));
    }
    return next;
  }

  /// What one site adds.
  float[] update(float[] state, int round, String site) {
    TrainingSet rows = members.get(site);
    if (rows == null) {
      throw new AssertionError("no site of this study is called '%s'".formatted(site));
    }
    float[] update =
        Logistic.trained(
            state,
            rows,
            plan.training().epochs(),
            plan.training().batch(),
            plan.training().learningRate(),
            new Seed(plan.seed(), round));
    for (int i = 0; i < update.length; i++) {
      update[i] -= state[i];
    }
    if (length(update) > plan.aggregation().clipNorm()) {
      throw new AssertionError("an update is clipped, which the tolerance does not foresee");
    }
    return update;
  }

  /// How far, in L2, a state may be from the simulated one after so many rounds from the same
  /// state.
  ///
  /// Each round, an entry of a site's quantised update is off by less than one step, clip / Q
  /// ([Segment.Real]; the doubles on the way add 2^-51 of the clip), and so is the mean of any
  /// number of them; the trained vector, the update and the next state are floats, each off by at
  /// most 2^-24 of its size. Over d entries that is sqrt(d) times as much in L2. The error of the
  /// state before does not grow ([Logistic]: the rate is below 2/L), nor does it in a mean over
  /// sites; so the rounds add up, and nothing else does.
  double tolerance(int rounds) {
    Segment.Real update =
        (Segment.Real) RoundVectors.training(plan, first().length).segments().getFirst();
    double steps = update.clip() / update.max() + update.clip() * 0x1p-51;
    double floats = FLOAT * (2 * largest + 1 + update.clip());
    return rounds * Math.sqrt(first().length) * (steps + floats);
  }

  /// The plan's rate must be below this for the tolerance to hold: features lie in [-1, 1].
  double highestRate() {
    double longest = first().length; // |(x, 1)|² of the longest row
    return 2 / (longest / 4);
  }

  static double distance(float[] one, float[] other) {
    float[] difference = one.clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= other[i];
    }
    return length(difference);
  }

  static double length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}

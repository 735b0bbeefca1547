package dev.caisson.protocol.strategy;

import dev.caisson.protocol.study.StudyPlan;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Sites whose losses are quadratics that differ: `f_i(w) = ½ Σ_j a_ij (w_j - b_ij)²`, each trained
/// for [#STEPS] steps of gradient descent a round. The last entry is a statistic: every site moves
/// it half way to a number of its own. Sites compute in double precision from the state that they
/// are given, and send floats.
final class Quadratics {
  static final int STEPS = 10;
  static final double RATE = 0.1;
  static final int LENGTH = 6;
  static final StateShape SHAPE =
      new StateShape(LENGTH, List.of(new StateShape.Run(LENGTH - 1, 1)));

  private final double[][] a;
  private final double[][] b;
  private final List<String> names;

  Quadratics(List<String> names, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    this.names = names;
    this.a = new double[names.size()][LENGTH];
    this.b = new double[names.size()][LENGTH];
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < LENGTH; j++) {
        a[i][j] = random.nextDouble(0.2, 3);
        b[i][j] = random.nextDouble(-1, 1);
      }
    }
  }

  /// The minimum of the sites' mean loss; of the statistic, its last mean is not known here.
  double[] optimum() {
    double[] best = new double[LENGTH - 1];
    for (int j = 0; j < best.length; j++) {
      double top = 0;
      double bottom = 0;
      for (int i = 0; i < a.length; i++) {
        top += a[i][j] * b[i][j];
        bottom += a[i][j];
      }
      best[j] = top / bottom;
    }
    return best;
  }

  /// A site's work from the weights w: the weights after it.
  ///
  /// @param c what is added to the gradient, or nothing
  double[] train(int site, double[] w, double mu, double[] c) {
    double[] v = w.clone();
    for (int step = 0; step < STEPS; step++) {
      for (int j = 0; j < LENGTH - 1; j++) {
        double g = a[site][j] * (v[j] - b[site][j]) + mu * (v[j] - w[j]) + c[j];
        v[j] -= RATE * g;
      }
    }
    v[LENGTH - 1] = (w[LENGTH - 1] + b[site][LENGTH - 1]) / 2;
    return v;
  }

  /// Rounds as coordinator and sites run them: the state after the last.
  float[] run(StudyPlan plan, List<List<String>> survivors) {
    Strategy strategy = plan.strategy();
    StateStep steps = plan.steps(SHAPE);
    Map<String, float[]> controls = new TreeMap<>();
    names.forEach(name -> controls.put(name, new float[LENGTH]));
    float[] state = steps.first(new float[LENGTH]).state();
    for (int round = 0; round < survivors.size(); round++) {
      SortedMap<String, float[]> sent = new TreeMap<>();
      for (String name : survivors.get(round)) {
        sent.put(name, site(strategy, name, state, controls));
      }
      state = steps.next(state, Quantised.sum(plan, round + 1, sent)).state();
    }
    return state;
  }

  private float[] site(
      Strategy strategy, String name, float[] state, Map<String, float[]> controls) {
    double[] w = new double[LENGTH];
    double[] c = new double[LENGTH];
    float[] own = Objects.requireNonNull(controls.get(name), name);
    boolean control = strategy.local().control();
    for (int j = 0; j < LENGTH; j++) {
      w[j] = state[j];
      c[j] = control ? (double) state[LENGTH + j] - own[j] : 0;
    }
    double[] trained = train(names.indexOf(name), w, strategy.local().proximal(), c);
    float[] update = new float[LENGTH];
    float[] after = own.clone();
    for (int j = 0; j < LENGTH; j++) {
      update[j] = (float) (trained[j] - w[j]);
      if (control && j < LENGTH - 1) {
        after[j] =
            (float)
                ((double) own[j] - state[LENGTH + j] - update[j] / strategy.local().controlScale());
      }
    }
    controls.put(name, after);
    return update;
  }
}

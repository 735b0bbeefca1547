package dev.caisson.protocol.strategy;

import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.protocol.study.TrainingPlan;
import java.util.List;
import java.util.Optional;

/// SCAFFOLD (Karimireddy et al. 2020, Algorithm 1, option II). The state is the weights x and the
/// server's control variate c, from 0; each site i keeps its own c_i, from 0, which never leaves
/// it. In a round a site takes K steps of `y ← y - η_l (g(y) - c_i + c)` from y = x, then
///
/// - `Δy = y - x`,
/// - `Δc = (x - y) / (K η_l) - c`, so that `c_i⁺ = c_i + Δc` is the paper's `c_i - c + (x - y) / (K
///   η_l)`;
///
/// and the step is `x ← x + η mean(Δy)`, `c ← c + |S|/N · mean(Δc)` with the means over the
/// survivors S and N the number of sites in the plan: N is public, |S| is known to all.
///
/// Where a site's Δc is longer than `control-norm` it is scaled down to it, and c_i moves by what
/// was sent: c stays the mean of all c_i, up to the sum's rounding (less than one step of the
/// quantiser a site and round, unbiased). Needs steps whose sum is the mean gradient: plain SGD
/// without momentum; and sites that all count the same, or c would be the mean for other weights
/// than those of the model.
public record Scaffold(double controlNorm, double serverLearningRate) implements Strategy {
  /// The segment of Δc.
  public static final String CONTROL = "control";

  private static final Key NORM =
      new Key("control-norm", 1e-30, 1e6, "the longest change of one site's control variate (L2)");
  private static final Key RATE =
      new Key("server-learning-rate", 1e-6, 100, 1, "η: how much of the mean update is taken");
  static final Choice CHOICE =
      new Choice(
          "scaffold",
          "control variates correct each site's drift",
          List.of(NORM, RATE),
          given -> new Scaffold(given.get(NORM), given.get(RATE)));

  public Scaffold {
    NORM.check(controlNorm);
    RATE.check(serverLearningRate);
  }

  @Override
  public String name() {
    return CHOICE.name();
  }

  @Override
  public List<Setting> settings() {
    return List.of(NORM.set(controlNorm), RATE.set(serverLearningRate));
  }

  @Override
  public List<Float> memory() {
    return List.of(0f);
  }

  @Override
  public List<Sum> sums() {
    return List.of(new Sum(CONTROL, controlNorm));
  }

  @Override
  public LocalTerms local() {
    return new LocalTerms(0, true);
  }

  @Override
  public Optional<Objection> objection(TrainingPlan training, AggregationPlan aggregation) {
    if (training.optimiser() != TrainingPlan.Optimiser.SGD) {
      return Optional.of(
          new Objection(
              "training.optimiser", "sgd, as strategy scaffold needs", training.optimiser()));
    }
    if (training.momentum() != 0) {
      return Optional.of(
          new Objection("training.momentum", "0, as strategy scaffold needs", training.momentum()));
    }
    return aggregation.weights() instanceof AggregationPlan.Weights.Equal
        ? Optional.empty()
        : Optional.of(
            new Objection(
                "aggregation.weights.mode",
                "equal, as strategy scaffold needs",
                "one that weighs by persons"));
  }

  @Override
  public void step(Block block) {
    float[] x = block.weights();
    float[] c = block.memory(0);
    double[] update = block.update();
    double[] control = block.mean(0);
    for (int i = 0; i < block.size(); i++) {
      x[i] = (float) (x[i] + serverLearningRate * update[i]);
      c[i] = (float) (c[i] + block.share() * control[i]);
    }
  }
}

package dev.caisson.protocol.strategy;

import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.protocol.study.TrainingPlan;
import java.util.List;
import java.util.Optional;

/// SCAFFOLD (Karimireddy et al. 2020, Algorithm 1, option II). The state is the weights x and the
/// server's control variate c, from 0; each site i keeps its own c_i, from 0, which never leaves
/// it. In a round a site takes steps of `y ← y - η_l (g(y) - c_i + c)` from y = x, then
///
/// - it sends `Δ = y - x`, scaled down where the plan's clip norm wants it;
/// - `c_i ← c_i - c - Δ / (K η_l)`, with the Δ that was sent, if the round counts;
///
/// and the step is `x ← x + η mean(Δ)`, `c ← c + |S|/N · (-mean(Δ) / (K η_l) - c)`, the mean being
/// over the survivors S, and N the number of sites in the plan: N is public, |S| is known to all.
///
/// **K is the plan's, the same for all sites**, where the paper has each site's own number of
/// steps. Then the sum of the sites' changes of c_i follows from that of their Δ: it is computed
/// and not sent. With K_i of their own, or a second bound, it would have to be sent, as a second
/// equation about the same Δ (see [Strategy]). Nothing is lost where it counts: a site that takes
/// K_i steps moves its c_i by K_i / K of the way that the paper's would, so it arrives at the same
/// c_i, later; and at rest `c_i` is site i's gradient and c their mean, 0, whatever the K_i are.
/// Steps of more than twice K would overshoot and grow: choose K for the largest site.
///
/// c stays the mean of all c_i up to the sum's rounding (less than one step of the quantiser, over
/// K η_l, a site and round, unbiased). Needs plain SGD without momentum, and sites that all count
/// the same, or c would be the mean for other weights than those of the model.
///
/// @param learningRate η_l, from the plan's training
public record Scaffold(double localSteps, double learningRate, double serverLearningRate)
    implements Strategy {
  private static final Key STEPS =
      new Key("local-steps", 1, 1e6, "K: steps that the largest site takes in a round");
  private static final Key RATE =
      new Key("server-learning-rate", 1e-6, 100, 1, "η: how much of the mean update is taken");
  static final Choice CHOICE =
      new Choice(
          "scaffold",
          "control variates correct each site's drift",
          List.of(STEPS, RATE),
          given -> new Scaffold(given.get(STEPS), given.learningRate(), given.get(RATE)));

  public Scaffold {
    STEPS.check(localSteps);
    RATE.check(serverLearningRate);
    if (!(learningRate > 0 && learningRate <= 1000)) {
      throw new IllegalArgumentException("learningRate must be above 0, got " + learningRate);
    }
  }

  @Override
  public String name() {
    return CHOICE.name();
  }

  @Override
  public List<Setting> settings() {
    return List.of(STEPS.set(localSteps), RATE.set(serverLearningRate));
  }

  @Override
  public List<Float> memory() {
    return List.of(0f);
  }

  @Override
  public LocalTerms local() {
    return new LocalTerms(0, localSteps * learningRate);
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
    double scale = localSteps * learningRate;
    for (int i = 0; i < block.size(); i++) {
      x[i] = (float) (x[i] + serverLearningRate * update[i]);
      c[i] = (float) (c[i] + block.share() * (-update[i] / scale - c[i]));
    }
  }
}

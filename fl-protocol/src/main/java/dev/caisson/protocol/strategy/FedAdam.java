package dev.caisson.protocol.strategy;

import java.util.List;

/// FedAdam (Reddi et al. 2021, Algorithm 2): with Δ the mean update,
///
/// - `m ← β1 m + (1 - β1) Δ`, m from 0;
/// - `v ← β2 v + (1 - β2) Δ²`, v from τ² (the paper: at least τ²);
/// - `w ← w + η m / (√v + τ)`, without bias correction, as in the paper.
public record FedAdam(double serverLearningRate, double beta1, double beta2, double tau)
    implements Strategy {
  private static final Key RATE =
      new Key("server-learning-rate", 1e-6, 100, "η: the size of a step");
  private static final Key BETA1 = new Key("beta1", 0, 0.9999, 0.9, "β1: of the first moment");
  private static final Key BETA2 = new Key("beta2", 0, 0.999999, 0.99, "β2: of the second moment");
  private static final Key TAU =
      new Key("tau", 1e-10, 1, 1e-3, "τ: how far steps adapt; larger is less");
  static final Choice CHOICE =
      new Choice(
          "fedadam",
          "Adam at the coordinator on the mean update",
          List.of(RATE, BETA1, BETA2, TAU),
          given ->
              new FedAdam(given.get(RATE), given.get(BETA1), given.get(BETA2), given.get(TAU)));

  public FedAdam {
    RATE.check(serverLearningRate);
    BETA1.check(beta1);
    BETA2.check(beta2);
    TAU.check(tau);
  }

  @Override
  public String name() {
    return CHOICE.name();
  }

  @Override
  public List<Setting> settings() {
    return List.of(RATE.set(serverLearningRate), BETA1.set(beta1), BETA2.set(beta2), TAU.set(tau));
  }

  @Override
  public List<Float> memory() {
    return List.of(0f, (float) (tau * tau));
  }

  @Override
  public void step(Block block) {
    float[] w = block.weights();
    float[] m = block.memory(0);
    float[] v = block.memory(1);
    double[] update = block.update();
    for (int i = 0; i < block.size(); i++) {
      m[i] = (float) (beta1 * m[i] + (1 - beta1) * update[i]);
      v[i] = (float) (beta2 * v[i] + (1 - beta2) * update[i] * update[i]);
      w[i] = (float) (w[i] + serverLearningRate * m[i] / (Math.sqrt(v[i]) + tau));
    }
  }
}

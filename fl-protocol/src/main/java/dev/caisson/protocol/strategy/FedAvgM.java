package dev.caisson.protocol.strategy;

import java.util.List;

/// Federated averaging with server momentum (Hsu et al. 2019, section 4.3): `v ← β v + mean(Δ)`, `w
/// ← w + η v`, v from 0. The paper writes the update with the other sign and η = 1.
public record FedAvgM(double momentum, double serverLearningRate) implements Strategy {
  private static final Key MOMENTUM =
      new Key("momentum", 0, 0.9999, "β: what is kept of the last step");
  private static final Key RATE =
      new Key("server-learning-rate", 1e-6, 100, 1, "η: how much of a step is taken");
  static final Choice CHOICE =
      new Choice(
          "fedavgm",
          "the mean update with momentum at the coordinator",
          List.of(MOMENTUM, RATE),
          given -> new FedAvgM(given.get(MOMENTUM), given.get(RATE)));

  public FedAvgM {
    MOMENTUM.check(momentum);
    RATE.check(serverLearningRate);
  }

  @Override
  public String name() {
    return CHOICE.name();
  }

  @Override
  public List<Setting> settings() {
    return List.of(MOMENTUM.set(momentum), RATE.set(serverLearningRate));
  }

  @Override
  public List<Float> memory() {
    return List.of(0f);
  }

  @Override
  public void step(Block block) {
    float[] w = block.weights();
    float[] v = block.memory(0);
    double[] update = block.update();
    for (int i = 0; i < block.size(); i++) {
      v[i] = (float) (momentum * v[i] + update[i]);
      w[i] = (float) (w[i] + serverLearningRate * v[i]);
    }
  }
}

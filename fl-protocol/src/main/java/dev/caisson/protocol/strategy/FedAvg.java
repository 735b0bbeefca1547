package dev.caisson.protocol.strategy;

import java.util.List;

/// Federated averaging (McMahan et al. 2017, Algorithm 1): `w ← w + mean(Δ)`.
public record FedAvg() implements Strategy {
  static final Choice CHOICE =
      new Choice("fedavg", "the state plus the mean update", List.of(), _ -> new FedAvg());

  @Override
  public String name() {
    return CHOICE.name();
  }

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public void step(Block block) {
    average(block);
  }

  /// The step of all strategies that only train otherwise at the sites.
  static void average(Block block) {
    float[] w = block.weights();
    double[] update = block.update();
    for (int i = 0; i < block.size(); i++) {
      w[i] = (float) (w[i] + update[i]);
    }
  }
}

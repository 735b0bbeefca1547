package dev.caisson.protocol.strategy;

import java.util.List;

/// FedProx (Li et al. 2020, Algorithm 2): each site minimises its loss plus `mu/2 · |v - w|²`, the
/// pull back to the weights w that the round began with, so its gradient gets `+ mu · (v - w)`;
/// then the step is that of [FedAvg]. The paper's γ-inexact solutions are here the plan's epochs of
/// the plan's optimiser.
public record FedProx(double mu) implements Strategy {
  private static final Key MU =
      new Key("mu", 0, 1000, "the pull back to the round's first weights");
  static final Choice CHOICE =
      new Choice(
          "fedprox",
          "fedavg, and sites are pulled back to the round's first weights",
          List.of(MU),
          given -> new FedProx(given.get(MU)));

  public FedProx {
    MU.check(mu);
  }

  @Override
  public String name() {
    return CHOICE.name();
  }

  @Override
  public List<Setting> settings() {
    return List.of(MU.set(mu));
  }

  @Override
  public LocalTerms local() {
    return new LocalTerms(mu, 0);
  }

  @Override
  public void step(Block block) {
    FedAvg.average(block);
  }
}

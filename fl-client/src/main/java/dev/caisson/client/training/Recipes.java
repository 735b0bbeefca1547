package dev.caisson.client.training;

import dev.caisson.protocol.strategy.Strategy;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.study.TrainingPlan;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;

/// A plan's training section, and its strategy's local terms, in the engine's words.
public final class Recipes {
  private Recipes() {}

  public static TrainingRecipe of(StudyPlan plan) {
    Strategy.LocalTerms terms = plan.strategy().local();
    TrainingRecipe recipe = of(plan.training()).withProximal(terms.proximal());
    return terms.control() ? recipe.withOffset() : recipe;
  }

  /// Without the terms of any strategy.
  public static TrainingRecipe of(TrainingPlan plan) {
    Optimiser optimiser =
        switch (plan.optimiser()) {
          case SGD -> new Optimiser.Sgd(plan.momentum(), plan.weightDecay());
          case ADAM -> new Optimiser.Adam(0.9, 0.999, 1e-8, plan.weightDecay());
          case ADAMW -> new Optimiser.AdamW(0.9, 0.999, 1e-8, plan.weightDecay());
        };
    return new TrainingRecipe(
        Loss.BINARY_CROSS_ENTROPY, optimiser, plan.learningRate(), plan.batch());
  }
}

package dev.caisson.airlock.attack;

import java.util.Optional;

/// LOSS (Yeom et al., CSF 2018): a person whom the model fits better is more likely a member.
/// Scored by phi where there are classes, which orders people exactly as the loss does but does not
/// run out of digits for confident models; by minus the loss in regression.
public final class LossAttack implements Attack {
  public static final String NAME = "loss";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String plainly() {
    return "calls a person a member if the model fits that person's record unusually well";
  }

  @Override
  public Optional<String> refuses(Task task) {
    return Optional.empty();
  }

  @Override
  public double[] scores(Predictions predictions) {
    double[] scores = new double[predictions.persons()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          predictions.task() == Task.REGRESSION ? 0 - predictions.loss(i) : predictions.logOdds(i);
    }
    return scores;
  }
}

package dev.caisson.airlock.attack;

import java.util.Optional;

/// The gap attack (Yeom et al., CSF 2018): a person whom the model gets right is called a member.
/// Needs only predicted classes. Its advantage is the difference of training and held-out accuracy.
public final class GapAttack implements Attack {
  public static final String NAME = "gap";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String plainly() {
    return "calls a person a member if the model predicts that person correctly";
  }

  @Override
  public Optional<String> refuses(Task task) {
    return task == Task.REGRESSION
        ? Optional.of("a predicted value is never simply right or wrong")
        : Optional.empty();
  }

  @Override
  public double[] scores(Predictions predictions) {
    double[] scores = new double[predictions.persons()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = predictions.correct(i) ? 1 : 0;
    }
    return scores;
  }
}

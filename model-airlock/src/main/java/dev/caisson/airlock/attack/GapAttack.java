package dev.caisson.airlock.attack;

import java.util.Optional;

/// The gap attack (Yeom et al., CSF 2018): a person whom the model gets right is called a member.
/// Needs only predicted classes. Its advantage is the difference of training and held-out accuracy.
public final class GapAttack implements FixedRule {
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
  public Optional<String> refuses(Setting setting) {
    return setting.withoutClasses("a predicted value is never simply right or wrong");
  }

  @Override
  public double[] scores(Predictions predictions) {
    double[] scores = new double[predictions.rows()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = predictions.correct(i) ? 1 : 0;
    }
    return scores;
  }
}

package dev.caisson.airlock.attack;

import java.util.Optional;

/// LOSS (Yeom et al., CSF 2018): a person whom the model fits better is more likely a member.
/// Scored by [Predictions#signal]: phi where there are classes, which orders people exactly as the
/// loss does but does not run out of digits for confident models.
public final class LossAttack implements FixedRule {
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
  public Optional<String> refuses(Setting setting) {
    return setting.withoutSignal();
  }

  @Override
  public double[] scores(Predictions predictions) {
    double[] scores = new double[predictions.rows()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = predictions.signal(i);
    }
    return scores;
  }
}

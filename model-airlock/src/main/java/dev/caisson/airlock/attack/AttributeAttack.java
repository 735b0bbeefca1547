package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Attribute inference (Yeom et al., CSF 2018; SACRO-ML's form): somebody who knows a person's
/// record but for one attribute tries every value and keeps the one with which the model fits the
/// true label best. That the model knows the population lets this succeed for strangers, too; what
/// it does *better* for members is what the model keeps of them. So the score is how right the
/// guess is, 1 or 0, or 1/t among t values that tie, and members are compared with non-members.
///
/// A binned value is tried at its bin's centre for everybody, also the true one, so that the
/// record's own cells give nothing away. For tables only: it needs named columns and an oracle.
public final class AttributeAttack implements Attack {
  private static final int QUERIES_A_CALL = 50_000;

  private final Attribute attribute;
  private final int mostQueries;

  /// Tries about at most 200,000 changed rows a side.
  public AttributeAttack(Attribute attribute) {
    this(attribute, 200_000);
  }

  /// Tries at most so many changed rows a side; persons are drawn by the seed.
  public AttributeAttack(Attribute attribute, int mostQueries) {
    if (mostQueries < attribute.count()) {
      throw new IllegalArgumentException(
          "%s has %d values, %d queries do not try them"
              .formatted(attribute.name(), attribute.count(), mostQueries));
    }
    this.attribute = attribute;
    this.mostQueries = mostQueries;
  }

  @Override
  public String name() {
    return "attribute:" + attribute.name();
  }

  @Override
  public String plainly() {
    return "guesses %s from the rest of the record, and finds whether that works better for members"
        .formatted(attribute.name());
  }

  @Override
  public Optional<String> refuses(Setting setting) {
    return setting.withoutSignal().or(setting::withoutInputs).or(setting::withoutOracle);
  }

  @Override
  public List<Trial> attack(Exhibit exhibit, long seed) {
    if (!attribute.fits(exhibit.inputs())) {
      throw new IllegalArgumentException(
          "%s does not fit into %s".formatted(attribute.name(), exhibit.inputs()));
    }
    double[] scores = new double[exhibit.predictions().rows()];
    Arrays.fill(scores, Double.NaN);
    int[] rows = exhibit.someRows(mostQueries / attribute.count(), seed);
    int atOnce = Math.max(1, QUERIES_A_CALL / attribute.count());
    for (int from = 0; from < rows.length; from += atOnce) {
      guess(exhibit, Arrays.copyOfRange(rows, from, Math.min(rows.length, from + atOnce)), scores);
    }
    return List.of(exhibit.trial(exhibit.means(scores)));
  }

  private void guess(Exhibit exhibit, int[] rows, double[] scores) {
    Inputs inputs = exhibit.inputs();
    int width = inputs.width();
    int values = attribute.count();
    float[] changed = new float[rows.length * values * width];
    int[] origins = new int[rows.length * values];
    for (int i = 0; i < origins.length; i++) {
      origins[i] = rows[i / values];
      System.arraycopy(inputs.values(), origins[i] * width, changed, i * width, width);
      attribute.write(i % values, changed, i * width);
    }
    Predictions answers = exhibit.ask(new Inputs(width, changed), origins);
    for (int i = 0; i < rows.length; i++) {
      scores[rows[i]] = rightness(answers, i * values, attribute.of(inputs, rows[i]));
    }
  }

  private double rightness(Predictions answers, int from, int truth) {
    double own = answers.signal(from + truth);
    int tied = 0;
    for (int value = 0; value < attribute.count(); value++) {
      double other = answers.signal(from + value);
      if (other > own) {
        return 0;
      }
      tied += other == own ? 1 : 0;
    }
    return 1.0 / tied;
  }
}

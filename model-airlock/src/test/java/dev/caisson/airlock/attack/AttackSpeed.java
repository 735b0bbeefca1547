package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Figures;
import dev.caisson.airlock.statistics.Trial;
import java.util.List;
import java.util.SplittableRandom;

/// Seconds of each attack and its figures, run by hand: `AttackSpeed ROWS [COLUMNS]`, half of the
/// rows members. The model is a linear one that overfits a little; asking it costs next to nothing.
final class AttackSpeed {
  private AttackSpeed() {}

  public static void main(String[] arguments) {
    int rows = Integer.parseInt(arguments[0]);
    int width = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
    SplittableRandom random = new SplittableRandom(1);
    float[] cells = new float[rows * width];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = i % width >= width - 4 ? random.nextInt(2) : (float) random.nextGaussian();
    }
    Inputs inputs = new Inputs(width, cells);
    float[] logits = logits(inputs);
    float[] labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-logits[row])) ? 1 : 0;
      logits[row] += row < rows / 2 ? 0.2f * (2 * labels[row] - 1) : 0;
    }
    Exhibit exhibit =
        Exhibit.ofRows(new Predictions(Task.BINARY, 1, logits, labels), rows / 2)
            .withInputs(inputs)
            .withOracle((changed, origins) -> logits(changed));
    List<Attack> attacks =
        List.of(
            new LossAttack(),
            new GapAttack(),
            new QuantileAttack(),
            new WorstCaseAttack(),
            new LabelOnlyAttack(),
            new AttributeAttack(Attribute.oneHot("a", width - 2, 2)));
    double total = 0;
    for (Attack attack : attacks) {
      long start = System.nanoTime();
      List<Trial> trials = attack.attack(exhibit, 1);
      long attacked = System.nanoTime();
      Figures figures = Figures.of(trials, 1);
      long judged = System.nanoTime();
      total += (judged - start) / 1e9;
      System.out.printf(
          "%-12s attack %6.2f s  figures %6.2f s  AUC %.4f  p %.4g%n",
          attack.name(),
          (attacked - start) / 1e9,
          (judged - attacked) / 1e9,
          figures.auc().value(),
          figures.auc().p());
    }
    System.out.printf("total %.2f s%n", total);
  }

  private static float[] logits(Inputs inputs) {
    float[] logits = new float[inputs.rows()];
    for (int row = 0; row < logits.length; row++) {
      for (int column = 0; column < 8; column++) {
        logits[row] += (column % 2 == 0 ? 0.4f : -0.3f) * inputs.at(row, column);
      }
    }
    return logits;
  }
}

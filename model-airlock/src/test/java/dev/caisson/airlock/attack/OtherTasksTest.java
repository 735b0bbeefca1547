package dev.caisson.airlock.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every task that has a signal, with six rows a person: an attack that says it can, can. A model
/// that leaks is found, one that does not is not. Deterministic under its seeds.
class OtherTasksTest {
  private static final int PERSONS = 500; // a side
  private static final int ROWS = 6; // a person
  private static final int WIDTH = 3;

  @ParameterizedTest
  @EnumSource(value = Task.class, names = "RISK", mode = EnumSource.Mode.EXCLUDE)
  void whatALeakIsWorthShowsInEveryTask(Task task) {
    Exhibit leaky = exhibit(task, 0.5, 1);
    Exhibit tight = exhibit(task, 0, 2);
    for (Attack attack : attacks(leaky.setting())) {
      List<Trial> trials = attack.attack(leaky, 1);
      if (finds(attack.name(), task)) {
        assertThat(Auc.ofTrials(trials, 1).p()).as("%s %s", task, attack.name()).isLessThan(0.01);
      }
      assertThat(trials.getFirst().memberScores().length).isLessThanOrEqualTo(PERSONS);
      assertThat(Auc.ofTrials(attack.attack(tight, 1), 1).p())
          .as("%s %s", task, attack.name())
          .isGreaterThan(0.01);
    }
  }

  /// The model that is asked about changed rows leaks nothing, and a regressor's outputs without
  /// their labels look the same for everybody.
  private static boolean finds(String attack, Task task) {
    return switch (attack) {
      case "loss", "gap", "quantile" -> true;
      case "worst-case" -> task != Task.REGRESSION;
      default -> false;
    };
  }

  private static List<Attack> attacks(Setting setting) {
    List<Attack> able = new ArrayList<>();
    for (Attack attack :
        List.of(
            new LossAttack(),
            new GapAttack(),
            new QuantileAttack(),
            new WorstCaseAttack(),
            new LabelOnlyAttack(1_000),
            new AttributeAttack(Attribute.binned("first", 0, -1, 0, 1), 900))) {
      if (attack.refuses(setting).isEmpty()) {
        able.add(attack);
      }
    }
    assertThat(able.size()).isGreaterThanOrEqualTo(4);
    return able;
  }

  private static Exhibit exhibit(Task task, double leak, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int rows = 2 * PERSONS * ROWS;
    int outputs = task == Task.MULTICLASS ? 3 : 1;
    float[] cells = new float[rows * WIDTH];
    float[] labels = new float[rows];
    float[] out = new float[rows * outputs];
    int[] persons = new int[rows];
    double own = 0;
    for (int row = 0; row < rows; row++) {
      own = row % ROWS == 0 ? random.nextGaussian() : own; // shared by a person's rows
      persons[row] = row / ROWS;
      for (int column = 0; column < WIDTH; column++) {
        cells[row * WIDTH + column] = (float) random.nextGaussian();
      }
      double better = row < rows / 2 ? leak : 0;
      double noise = 0.5 * own + 0.5 * random.nextGaussian();
      switch (task) {
        case BINARY -> {
          labels[row] = random.nextInt(2);
          out[row] = (float) ((2 * labels[row] - 1) * (1 + 2 * better + 1.5 * noise));
        }
        case MULTICLASS -> {
          labels[row] = random.nextInt(3);
          for (int k = 0; k < 3; k++) {
            out[3 * row + k] = (float) (k == labels[row] ? 1 + 2 * better + noise : 0.1 * k);
          }
        }
        case REGRESSION -> {
          labels[row] = (float) (3 * random.nextGaussian());
          out[row] = (float) (labels[row] + 2 * (1 - better) * noise);
        }
        case SURVIVAL, RISK -> out[row] = (float) -Math.exp(noise - better);
      }
    }
    return Exhibit.ofPersons(new Predictions(task, outputs, out, labels), rows / 2, persons)
        .withInputs(new Inputs(WIDTH, cells))
        .withOracle((changed, origins) -> asked(changed, outputs, task));
  }

  private static float[] asked(Inputs changed, int outputs, Task task) {
    float[] answers = new float[changed.rows() * outputs];
    for (int i = 0; i < answers.length; i++) {
      float cell = changed.at(i / outputs, i % outputs);
      answers[i] = task == Task.SURVIVAL ? -Math.abs(cell) : cell;
    }
    return answers;
  }
}

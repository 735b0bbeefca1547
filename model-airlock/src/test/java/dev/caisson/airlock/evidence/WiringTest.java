package dev.caisson.airlock.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.ClusterBootstrap;
import dev.caisson.airlock.statistics.Interval;
import dev.caisson.airlock.statistics.RankSum;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// On logistic and linear models that are really fitted, on columns of very different sizes.
class WiringTest {
  enum Fault {
    MISSING_SCALER,
    REVERSED_COLUMNS,
    SWAPPED_CLASSES
  }

  private final Fitted model = new Fitted(600, 400, 3);

  @Test
  void believesAModelAskedAsItWasMeantToBe() {
    assertThat(check(model.right(), "auc=%.2f".formatted(model.auc()))).isEqualTo(Status.PASS);
  }

  /// Deterministic under its seeds; whatever the fault does, the declared AUC does not come out.
  @ParameterizedTest
  @EnumSource
  void aWrongMappingNeverComesOutClean(Fault fault) {
    for (int seed = 0; seed < 20; seed++) {
      Fitted fitted = new Fitted(600, 400, seed);
      String claim = String.format(Locale.ROOT, "auc=%.2f", fitted.auc());
      assertThat(check(fitted.wrong(fault), claim))
          .as("%s, seed %d", fault, seed)
          .isEqualTo(Status.WARN);
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutAClaimNothingIsClean(Fault fault) {
    for (Predictions predictions : List.of(model.right(), model.wrong(fault))) {
      List<Check> checks = Wiring.check(predictions, 600, model.persons, List.of());
      assertThat(checks.getFirst().status()).isEqualTo(Status.WARN);
      assertThat(checks.getFirst().why()).startsWith("no held-out metric was declared");
      assertThat(checks).allMatch(c -> c.name().equals("evidence.wiring"));
    }
  }

  @Test
  void aModelThatDoesNotBeatGuessingIsNotBelieved() {
    SplittableRandom random = new SplittableRandom(9);
    float[] noise = new float[1_000];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    List<Check> checks =
        Wiring.check(
            new Predictions(Task.BINARY, 1, noise, model.labels),
            600,
            model.persons,
            claims("auc=.50"));
    assertThat(checks.getFirst().status()).isEqualTo(Status.PASS); // the claim is true
    assertThat(checks)
        .filteredOn(c -> c.why().startsWith("input mapping not believed: the model does not beat"))
        .hasSize(2); // on non-members, and on its own members
  }

  @Test
  void aLieIsNotBelieved() {
    Check check = Wiring.check(model.right(), 600, model.persons, claims("auc=.99")).getFirst();
    assertThat(check.status()).isEqualTo(Status.WARN);
    assertThat(check.why()).startsWith("input mapping not believed: auc is");
    assertThat(check.limit()).isEqualTo(0.99);
    assertThat(check.value()).isCloseTo(model.auc(), within(1e-9));
  }

  @Test
  void aucAgreesWithTheRankSumWhereEachPersonHasOneRow() {
    Measurement measured =
        Measurement.of(Metric.AUC, model.right(), 600, 1_000, model.persons).orElseThrow();
    RankSum ranks = model.ranks();
    assertThat(measured.value()).isCloseTo(ranks.auc(), within(1e-12));
    // DeLong divides by each class's persons less one, this by all persons' less one
    assertThat(measured.sd()).isCloseTo(Math.sqrt(ranks.variance()) / ranks.pairs(), within(2e-4));
  }

  /// Six equal rows a person are one opinion: the interval is that of a bootstrap of persons, not
  /// of rows, which would be 2.4 times narrower. 1,000 resamples leave the bootstrap's ends with an
  /// error of about 5% of the width: 25% is exceeded with a chance under 1e-5.
  @Test
  void rowsOfOnePersonAreOneOpinion() {
    int persons = 200;
    SplittableRandom random = new SplittableRandom(4);
    float[] logits = new float[persons * 6 * 2];
    float[] labels = new float[logits.length];
    int[] personOf = new int[logits.length];
    for (int person = 0; person < 2 * persons; person++) {
      float label = person % 2;
      float logit = (float) (random.nextGaussian() + label);
      Arrays.fill(logits, person * 6, person * 6 + 6, logit);
      Arrays.fill(labels, person * 6, person * 6 + 6, label);
      Arrays.fill(personOf, person * 6, person * 6 + 6, person);
    }
    int from = persons * 6;
    Predictions predictions = new Predictions(Task.BINARY, 1, logits, labels);
    Interval got =
        Measurement.of(Metric.AUC, predictions, from, logits.length, personOf)
            .orElseThrow()
            .interval();
    Interval bootstrap = bootstrap(logits, labels, personOf, from);
    double width = bootstrap.upper() - bootstrap.lower();
    assertThat(got.upper() - got.lower()).isBetween(0.75 * width, 1.25 * width);
  }

  private static Interval bootstrap(float[] logits, float[] labels, int[] personOf, int from) {
    int[] ones =
        java.util.stream.IntStream.range(from, logits.length).filter(i -> labels[i] == 1).toArray();
    int[] zeros =
        java.util.stream.IntStream.range(from, logits.length).filter(i -> labels[i] == 0).toArray();
    return ClusterBootstrap.interval(
        Arrays.stream(ones).mapToDouble(i -> logits[i]).toArray(),
        Arrays.stream(ones).map(i -> personOf[i]).toArray(),
        Arrays.stream(zeros).mapToDouble(i -> logits[i]).toArray(),
        Arrays.stream(zeros).map(i -> personOf[i]).toArray(),
        1);
  }

  /// 400 times a metric whose true value is known: the interval misses it in about 20; more than 45
  /// or fewer than 4 happen with a chance under 1e-5 each.
  @ParameterizedTest
  @EnumSource(
      value = Metric.class,
      names = {"ACCURACY", "RMSE", "MAE", "R2", "AUC"})
  void intervalsCoverAsOftenAsTheySay(Metric metric) {
    boolean classes = metric.share();
    int missed = 0;
    for (int run = 0; run < 400; run++) {
      SplittableRandom random = new SplittableRandom(run);
      float[] outputs = new float[600];
      float[] labels = new float[600];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = classes ? random.nextInt(2) : (float) random.nextGaussian();
        outputs[i] =
            classes
                ? (float) (labels[i] - 0.5 + random.nextGaussian())
                : labels[i] + 0.5f * (float) random.nextGaussian();
      }
      int[] personOf = new int[600];
      Arrays.setAll(personOf, i -> i);
      Task task = classes ? Task.BINARY : Task.REGRESSION;
      Interval interval =
          Measurement.of(metric, new Predictions(task, 1, outputs, labels), 100, 600, personOf)
              .orElseThrow()
              .interval();
      missed += interval.contains(truth(metric)) ? 0 : 1;
    }
    assertThat(missed).isBetween(4, 45);
  }

  private static double truth(Metric metric) {
    return switch (metric) {
      case ACCURACY -> 0.6914625; // Phi(1/2)
      case AUC -> 0.7602499; // Phi(1/sqrt 2)
      case RMSE -> 0.5;
      case MAE -> 0.5 * Math.sqrt(2 / Math.PI);
      case R2 -> 0.75;
      case LOG_LOSS -> throw new IllegalArgumentException("not simulated");
    };
  }

  @Test
  void perfectIsNotCertain() {
    float[] logits = new float[40];
    float[] labels = new float[40];
    for (int i = 0; i < 40; i++) {
      labels[i] = i % 2;
      logits[i] = labels[i] - 0.5f;
    }
    int[] personOf = new int[40];
    Arrays.setAll(personOf, i -> i);
    Predictions perfect = new Predictions(Task.BINARY, 1, logits, labels);
    Measurement auc = Measurement.of(Metric.AUC, perfect, 20, 40, personOf).orElseThrow();
    assertThat(auc.value()).isEqualTo(1);
    assertThat(auc.interval().lower()).isBetween(0.6, 0.75); // 10 of 10
    assertThat(Wiring.check(perfect, 20, personOf, claims("accuracy=1.00")))
        .allMatch(c -> c.status() == Status.PASS);
  }

  @Test
  void ofSeveralClassesTheMeanOfOneAgainstTheRestCounts() {
    // by hand: class 0 ranks .75 (of 1x4 pairs 3 right), class 1 1, class 2 1
    float[] logits = {5, 0, 0, 0, 5, 0, 0, 5, 0, 0, 0, 5, 6, 0, 7};
    float[] labels = {0, 1, 1, 2, 2};
    Predictions predictions = new Predictions(Task.MULTICLASS, 3, logits, labels);
    Measurement auc =
        Measurement.of(Metric.AUC, predictions, 0, 5, new int[] {0, 1, 2, 3, 4}).orElseThrow();
    assertThat(auc.value()).isCloseTo((1 + 1 + 1) / 3.0, within(1e-12));
    assertThat(auc.smaller()).isEqualTo(1);
  }

  @Test
  void inSurvivalAPersonsIntervalsAddUp() {
    float[] logLikelihoods = {-9, -1, -2, -4, -5};
    Predictions predictions =
        new Predictions(Task.SURVIVAL, 1, logLikelihoods, new float[] {0, 0, 1, 0, 1});
    Measurement loss =
        Measurement.of(Metric.LOG_LOSS, predictions, 1, 5, new int[] {0, 1, 1, 2, 3}).orElseThrow();
    assertThat(loss.value()).isEqualTo(4); // of 3, 4 and 5
    assertThat(loss.sd()).isCloseTo(1 / Math.sqrt(3), within(1e-12));
    assertThat(loss.persons()).isEqualTo(3);
  }

  @Test
  void labelsOfOneKindAreSaid() {
    float[] labels = new float[100];
    labels[0] = 1;
    float[] logits = new float[100];
    logits[3] = 1;
    int[] personOf = new int[100];
    Arrays.setAll(personOf, i -> i);
    assertThat(
            Wiring.check(
                new Predictions(Task.BINARY, 1, logits, labels), 50, personOf, claims("auc=.81")))
        .filteredOn(c -> c.status() == Status.WARN)
        .extracting(Check::why)
        .anyMatch(why -> why.contains("cannot be measured: the non-members have one label only"));
    assertThat(
            Wiring.check(
                new Predictions(Task.BINARY, 1, logits, labels), 95, personOf, claims("auc=.81")))
        .allMatch(c -> c.status() == Status.WARN && c.why().startsWith("fewer than 10"));
  }

  private static List<Claim> claims(String text) {
    return Claim.parse(text, Task.BINARY);
  }

  private Status check(Predictions predictions, String claim) {
    return Wiring.check(predictions, 600, model.persons, claims(claim)).stream()
            .allMatch(c -> c.status() == Status.PASS)
        ? Status.PASS
        : Status.WARN;
  }

  /// A logistic regression on four standardised columns of sizes 1 to 10,000, fitted by gradient
  /// descent on the members.
  private static final class Fitted {
    private static final int WIDTH = 4;

    private final int members;
    private final double[][] raw;
    private final float[] labels;
    private final int[] persons;
    private final double[] weights = new double[WIDTH];

    Fitted(int members, int others, long seed) {
      this.members = members;
      SplittableRandom random = new SplittableRandom(seed);
      raw = new double[members + others][WIDTH];
      labels = new float[members + others];
      persons = new int[members + others];
      Arrays.setAll(persons, i -> i);
      for (int row = 0; row < raw.length; row++) {
        double logit = 0;
        for (int c = 0; c < WIDTH; c++) {
          double z = random.nextGaussian();
          raw[row][c] = (z + 2) * Math.pow(10, c) * (c == 2 ? 10 : 1);
          logit += z * (c % 2 == 0 ? 1.2 - 0.3 * c : -0.6);
        }
        labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
      }
      for (int step = 0; step < 300; step++) {
        double[] pull = new double[WIDTH];
        for (int row = 0; row < members; row++) {
          double error = labels[row] - 1 / (1 + Math.exp(-logit(scaled(row))));
          for (int c = 0; c < WIDTH; c++) {
            pull[c] += error * scaled(row)[c] / members;
          }
        }
        for (int c = 0; c < WIDTH; c++) {
          weights[c] += pull[c];
        }
      }
    }

    private double[] scaled(int row) {
      double[] z = new double[WIDTH];
      for (int c = 0; c < WIDTH; c++) {
        z[c] = raw[row][c] / Math.pow(10, c) / (c == 2 ? 10 : 1) - 2;
      }
      return z;
    }

    private double logit(double[] z) {
      double sum = 0;
      for (int c = 0; c < WIDTH; c++) {
        sum += weights[c] * z[c];
      }
      return sum;
    }

    Predictions right() {
      float[] logits = new float[raw.length];
      for (int row = 0; row < logits.length; row++) {
        logits[row] = (float) logit(scaled(row));
      }
      return new Predictions(Task.BINARY, 1, logits, labels);
    }

    Predictions wrong(Fault fault) {
      float[] logits = new float[raw.length];
      for (int row = 0; row < logits.length; row++) {
        double[] z = scaled(row);
        double[] reversed = {z[3], z[2], z[1], z[0]};
        logits[row] =
            (float)
                switch (fault) {
                  case MISSING_SCALER -> logit(raw[row]);
                  case REVERSED_COLUMNS -> logit(reversed);
                  case SWAPPED_CLASSES -> -logit(z);
                };
      }
      return new Predictions(Task.BINARY, 1, logits, labels);
    }

    RankSum ranks() {
      double[][] sides = new double[2][];
      for (int label = 0; label < 2; label++) {
        int named = label;
        sides[label] =
            java.util.stream.IntStream.range(members, raw.length)
                .filter(i -> labels[i] == named)
                .mapToDouble(i -> (float) logit(scaled(i)))
                .toArray();
      }
      return RankSum.of(sides[1], sides[0]);
    }

    double auc() {
      return ranks().auc();
    }
  }
}

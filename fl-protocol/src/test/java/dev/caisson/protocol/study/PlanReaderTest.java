package dev.caisson.protocol.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.secagg.Signatures;
import dev.caisson.yaml.BadYamlException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlanReaderTest {
  @Test
  void readsEveryKey() throws Exception {
    StudyPlan plan = Plans.read(Plans.TEXT);
    assertThat(plan)
        .isEqualTo(
            new StudyPlan(
                Plans.TEXT,
                "small",
                "trial",
                List.of("a", "b", "c"),
                3,
                7,
                Plans.DATASET,
                0.2,
                Optional.of(new ModelPlan(4, List.of(3))),
                new TrainingPlan(1, 16, TrainingPlan.Optimiser.SGD, 0.1, 0.5, 0.01),
                new AggregationPlan(
                    3,
                    2,
                    new AggregationPlan.Weights.FixedDenominator(300),
                    500,
                    0,
                    20,
                    Signatures.ML_DSA),
                new AuditPlan(5, 500)));
  }

  @Test
  void twoPlansThatDifferInACommentDifferInTheirDigest() throws Exception {
    assertThat(Plans.read(Plans.TEXT + "# note\n").digest())
        .isNotEqualTo(Plans.read(Plans.TEXT).digest());
  }

  @Test
  void modelMomentumAndDecayMayBeLeftOut() throws Exception {
    StudyPlan plan =
        Plans.read(
            Plans.TEXT
                .replace("model:\n  kind: mlp\n  inputs: 4\n  hidden: [3]\n", "")
                .replace("  momentum: 0.5\n", "")
                .replace("  weight-decay: 0.01\n", ""));
    assertThat(plan.model()).isEmpty();
    assertThat(plan.training().engine()).isEqualTo(TrainingPlan.Engine.PYTORCH);
    assertThat(plan.training().momentum()).isZero();
    assertThat(plan.training().weightDecay()).isZero();
  }

  @Test
  void aPlanNamesItsEngine() throws Exception {
    String named = Plans.TEXT.replace("  momentum: 0.5\n", "  momentum: 0.5\n  engine: dl4j\n");
    assertThat(Plans.read(named).training().engine()).isEqualTo(TrainingPlan.Engine.DL4J);
    assertThatThrownBy(() -> Plans.read(named.replace("dl4j", "keras")))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContaining("keras");
  }

  /// Widths that are each allowed but multiply to 4 Gi weights: everybody who reads such a plan
  /// would make the file.
  @Test
  void refusesLayersThatAreTooLargeTogether() {
    String text = Plans.TEXT.replace("hidden: [3]", "hidden: [65536, 65536]");
    assertThatThrownBy(() -> Plans.read(text))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContaining("model of at most 16777216 trainable numbers");
  }

  @Test
  void countsWeightsAndBiases() {
    assertThat(new ModelPlan(4, List.of(3)).parameters()).isEqualTo(4 * 3 + 3 + 3 + 1);
    assertThat(new ModelPlan(4, List.of()).parameters()).isEqualTo(4 + 1);
  }

  /// Every line of the plan that must be there: the error names the key and the mapping that lacks
  /// it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "version",
        "name",
        "project",
        "sites",
        "rounds",
        "seed",
        "dataset",
        "fraction",
        "kind",
        "inputs",
        "hidden",
        "epochs",
        "batch",
        "optimiser",
        "learning-rate",
        "threshold",
        "clip-norm",
        "mode",
        "maximum",
        "denominator",
        "upload-after-ms",
        "seconds-per-round",
        "smallest-cell",
        "max-persons"
      })
  void aMissingKeyIsNamed(String key) {
    String text = Plans.TEXT.replaceFirst("(?m)^( *)" + key + ": .*\n", "$1filler: 1\n");
    assertThat(text).isNotEqualTo(Plans.TEXT);
    text = text.replaceFirst("(?m)^ *filler: 1\n", "");
    if (!text.matches("(?s).*hold-out:\n  f.*")) {
      text = text.replace("hold-out:", "hold-out: {}");
    }
    String without = text;
    assertThatThrownBy(() -> Plans.read(without))
        .isInstanceOf(BadYamlException.class)
        .hasMessageStartingWith("plan.yaml, line ")
        .hasMessageContaining("the key '" + key + "' is missing; add it");
  }

  /// A word with a letter too many, in each mapping: the error names the line and the likely key.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rounds",
        "fraction",
        "inputs",
        "epochs",
        "threshold",
        "denominator",
        "smallest-cell"
      })
  void anUnknownKeyIsNamedWithTheLikelyOne(String key) {
    String text = Plans.TEXT.replaceFirst("(?m)^( *)" + key + ": ", "$1" + key + "x: ");
    int line = 1 + Plans.TEXT.lines().map(String::strip).toList().indexOf(lineOf(key));
    assertThatThrownBy(() -> Plans.read(text))
        .isInstanceOf(BadYamlException.class)
        .hasMessageStartingWith("plan.yaml, line " + line)
        .hasMessageContaining("unknown key '%sx' (did you mean '%s'?)".formatted(key, key));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version|caisson/study/v2",
        "name|Not A Name",
        "name|-x",
        "project|UPPER",
        "sites|[a, b]",
        "sites|[b, a, c]",
        "sites|[a, a, c]",
        "rounds|0",
        "rounds|-1",
        "rounds|10001",
        "rounds|1.5",
        "rounds|many",
        "seed|-1",
        "seed|2147483648",
        "dataset|sha256:123",
        "fraction|0.04",
        "fraction|0.51",
        "kind|cnn",
        "inputs|0",
        "hidden|[0]",
        "hidden|[]",
        "epochs|0",
        "epochs|1001",
        "batch|0",
        "optimiser|lbfgs",
        "learning-rate|0",
        "learning-rate|11",
        "learning-rate|.nan",
        "momentum|1",
        "momentum|-0.1",
        "weight-decay|1.1",
        "threshold|2",
        "threshold|4",
        "clip-norm|0",
        "clip-norm|-1",
        "clip-norm|2e6",
        "mode|mean",
        "maximum|0",
        "denominator|0",
        "upload-after-ms|-1",
        "upload-after-ms|3600001",
        "seconds-per-round|4",
        "seconds-per-round|86401",
        "smallest-cell|1",
        "smallest-cell|1001",
        "max-persons|0",
        "max-persons|100001"
      })
  void aValueOutOfRangeIsNamedWithItsLineAndKey(String key, String value) {
    String text = Plans.TEXT.replaceFirst("(?m)^( *)" + key + ": .*$", "$1" + key + ": " + value);
    int line = 1 + Plans.TEXT.lines().map(String::strip).toList().indexOf(lineOf(key));
    BadYamlException e = catchThrowableOfType(BadYamlException.class, () -> Plans.read(text));
    assertThat(e).as("%s: %s", key, value).isNotNull();
    assertThat(e.file()).isEqualTo("plan.yaml");
    assertThat(e.line()).as(e.getMessage()).isEqualTo(line);
    assertThat(e.path()).as(e.getMessage()).contains(key);
  }

  private static String lineOf(String key) {
    return Plans.TEXT
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith(key + ": "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void weightsHaveOnlyTheNumbersOfTheirMode() {
    String weights =
        "  weights:\n    mode: fixed-denominator\n    maximum: 500\n    denominator: 300\n";
    assertThat(Plans.TEXT).contains(weights);
    assertThatThrownBy(
            () ->
                Plans.read(
                    Plans.TEXT.replace(weights, "  weights: {mode: equal, denominator: 300}\n")))
        .hasMessageContaining("'denominator' belongs to mode 'fixed-denominator' only");
    assertThatThrownBy(
            () ->
                Plans.read(Plans.TEXT.replace(weights, "  weights: {mode: equal, maximum: 300}\n")))
        .hasMessageContaining("'maximum' has no meaning");
    assertThatThrownBy(() -> Plans.read(Plans.TEXT.replace("kind: mlp", "kind: logistic")))
        .hasMessageContaining("no hidden layers");
  }

  @Test
  void uploadsStartInTheFirstHalfOfARound() throws Exception {
    String half = Plans.TEXT.replace("upload-after-ms: 0", "upload-after-ms: 10000");
    assertThat(Plans.read(half).aggregation().uploadAfterMillis()).isEqualTo(10_000);
    assertThatThrownBy(() -> Plans.read(half.replace("10000", "10001")))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContaining("aggregation.upload-after-ms")
        .hasMessageContaining("at most half of aggregation.seconds-per-round (10000 ms of 20 s)")
        .hasMessageContaining("got 10001");
  }

  @Test
  void aPlanOf64KiBIsTheLargest() throws Exception {
    String padding = "# " + "x".repeat(StudyPlan.MAX_TEXT - Plans.TEXT.length() - 3) + "\n";
    assertThat(Plans.read(Plans.TEXT + padding).rounds()).isEqualTo(3);
    assertThatThrownBy(() -> Plans.read(Plans.TEXT + padding + "#"))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContaining("65536");
  }
}

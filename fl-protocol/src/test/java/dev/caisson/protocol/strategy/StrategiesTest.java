package dev.caisson.protocol.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.Plans;
import dev.caisson.secagg.Segment;
import dev.caisson.yaml.BadYamlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How plans name strategies.
final class StrategiesTest {
  @Test
  void aPlanWithoutASectionAverages() {
    assertThat(Plans.plan().strategy()).isEqualTo(new FedAvg());
    assertThat(Strategies.inWords(new FedAvg())).isEqualTo("fedavg");
  }

  @Test
  void numbersThatAreLeftOutAreWhatIsUsual() throws Exception {
    assertThat(SimulationTest.plan("{name: fedadam, server-learning-rate: 0.1}").strategy())
        .isEqualTo(new FedAdam(0.1, 0.9, 0.99, 1e-3));
    assertThat(SimulationTest.plan("{name: scaffold, local-steps: 3}").strategy())
        .isEqualTo(new Scaffold(3, 0.1, 1));
    assertThat(Strategies.inWords(new FedAvgM(0.9, 1)))
        .isEqualTo("fedavgm (momentum 0.9, server-learning-rate 1.0)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{name: fedprx, mu: 1} | 'fedprx' is not one of fedadam, fedavg, fedavgm, fedprox, scaffold (did you mean 'fedprox'?)",
        "{mu: 1} | the key 'name' is missing",
        "{name: fedprox} | the key 'mu' is missing",
        "{name: fedavg, mu: 1} | unknown key 'mu'",
        "{name: fedavgm, momentun: 0.9} | did you mean 'momentum'?",
        "{name: fedprox, mu: 1001} | must be 0.0 to 1000.0, got 1001.0",
        "{name: fedprox, mu: -1} | must be 0.0 to 1000.0",
        "{name: fedprox, mu: much} | expected a number",
        "{name: fedavgm, momentum: 1} | must be 0.0 to 0.9999",
        "{name: fedadam, server-learning-rate: 0} | must be 1.0E-6 to 100.0",
        "fedavg | expected a mapping"
      })
  void aBadSectionIsRefusedWithWhatToWrite(String section, String words) {
    assertThatThrownBy(() -> SimulationTest.plan(section))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContaining("strategy")
        .hasMessageContaining(words);
  }

  @Test
  void scaffoldTakesOnlyPlansThatItsFormulaFits() throws Exception {
    String section = "strategy: {name: scaffold, local-steps: 3}\n";
    assertThatThrownBy(() -> Plans.read(Plans.TEXT + section))
        .hasMessageContaining("training.momentum")
        .hasMessageContaining("must be 0, as strategy scaffold needs, got 0.5");
    String plain = Plans.TEXT.replace("momentum: 0.5", "momentum: 0") + section;
    assertThatThrownBy(() -> Plans.read(plain))
        .hasMessageContaining("aggregation.weights.mode")
        .hasMessageContaining("equal");
    assertThatThrownBy(() -> Plans.read(plain.replace("optimiser: sgd", "optimiser: adam")))
        .hasMessageContaining("must be sgd");
  }

  /// A second sum would be a second equation about the same updates.
  @Test
  void noStrategySumsMoreThanTheUpdateAndTheMetrics() throws Exception {
    for (String section :
        new String[] {"{name: scaffold, local-steps: 3}", "{name: fedprox, mu: 1}"}) {
      assertThat(RoundVectors.training(SimulationTest.plan(section), 7).segments())
          .extracting(Segment::name)
          .containsExactly("update", "loss", "auc");
    }
  }

  @Test
  void aStrategyWithAnImpossibleNumberCannotBeMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FedAdam(0.1, 0.9, 0.99, 0))
        .withMessage("tau must be 1.0E-10 to 1.0, got 0.0");
    assertThatIllegalArgumentException().isThrownBy(() -> new Scaffold(Double.NaN, 0.1, 1));
  }
}

package dev.caisson.runtime.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Both engines on graphs of a few nodes, one for each setting of each operation that this engine
/// has. Seeds are fixed; the tolerances, shares of the largest number, are for single precision and
/// sums in another order. Seen: at most 3.7e-07, and the least that training moved is 0.0064.
class OperationParityTest {
  private static final double OUTPUTS = 1e-5;
  private static final double EPOCH = 1e-4;

  /// One more than whole batches.
  private static final int ROWS = 33;

  static Stream<OperationCase> trained() {
    return Stream.of(
            LayerOperationCases.trained(),
            ElementwiseOperationCases.trained(),
            ArrangingOperationCases.trained(),
            RecurrentOperationCases.trained())
        .flatMap(List::stream);
  }

  static Stream<OperationCase> refused() {
    return Stream.of(
            LayerOperationCases.refused(),
            ElementwiseOperationCases.refused(),
            ArrangingOperationCases.refused(),
            RecurrentOperationCases.refused())
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("trained")
  void outputsAndAnEpochAreThoseOfThePyTorchEngine(OperationCase given) throws Exception {
    OnnxModel model = given.model();
    TrainingRecipe recipe = recipe(given.loss());
    try (Trainer ours = new Dl4jEngine().open(model, recipe, EngineOptions.DEFAULT);
        Trainer theirs = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      TrainingSet set = EngineParityTest.set(ours, given.loss(), ROWS);
      float[] x = EngineParityTest.gaussians(ROWS * ours.features(), 2);
      EngineParityTest.near(ours.outputs(x, ROWS), theirs.outputs(x, ROWS), OUTPUTS);

      TrainingReport own = ours.train(set, 1, new Seed(7, 1), Progress.NONE);
      TrainingReport other = theirs.train(set, 1, new Seed(7, 1), Progress.NONE);

      EngineParityTest.near(ours.vector(), theirs.vector(), EPOCH);
      assertThat(EngineParityTest.moved(model.initialVector(), theirs.vector()))
          .as("the tolerance tells a trained model from an untrained one")
          .isGreaterThan(10 * EPOCH);
      EngineParityTest.near(
          new float[] {(float) own.meanLoss()}, new float[] {(float) other.meanLoss()}, EPOCH);
      assertThat(own.steps()).isEqualTo(other.steps());
    }
  }

  /// Each is a sound model, with one node that is at fault: the PyTorch engine opens it.
  @ParameterizedTest
  @MethodSource("refused")
  void aRefusalNamesNodeAndOperationBeforeAnythingTrains(OperationCase given) throws Exception {
    OnnxModel model = given.model();
    TrainingRecipe recipe = recipe(given.loss());
    new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT).close();
    String operation = given.operation();
    List<Node> nodes =
        model.graph().nodes().stream().filter(n -> n.operation().equals(operation)).toList();
    assertThat(nodes).as(operation).isNotEmpty();

    UnsupportedModelException refusal =
        catchThrowableOfType(
            UnsupportedModelException.class,
            () -> new Dl4jEngine().open(model, recipe, EngineOptions.DEFAULT).close());

    assertThat(refusal).isNotNull();
    assertThat(refusal).hasMessageContaining("dl4j").hasMessageContaining(operation);
    String words = String.valueOf(refusal.getMessage());
    assertThat(nodes).anyMatch(node -> words.contains(node.label()));
  }

  @Test
  void everyOperationIsInACaseThatTrains() throws Exception {
    Set<String> seen = new TreeSet<>();
    for (OperationCase given : trained().toList()) {
      given.model().graph().nodes().forEach(node -> seen.add(node.operation()));
    }
    for (EngineParityTest.Case given : EngineParityTest.models()) {
      given.source().model().graph().nodes().forEach(node -> seen.add(node.operation()));
    }
    assertThat(seen).containsAll(Dl4jEngine.operations());
  }

  private static TrainingRecipe recipe(Loss loss) {
    return new TrainingRecipe(loss, Optimiser.sgd(0.9), 0.005, 8);
  }
}

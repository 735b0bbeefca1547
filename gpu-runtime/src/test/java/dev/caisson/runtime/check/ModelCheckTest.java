package dev.caisson.runtime.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.check.Finding.Severity;
import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.Constant;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Limits;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Real exports with a fault each, and exports by the recipe, which have none.
class ModelCheckTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          batchnorm-folded                | WARNING | node 'node_Conv_21' (Conv)     | folded BatchNorm
          batchnorm-folded-in-train-mode  | WARNING | node 'node_Conv_20' (Conv)     | folded BatchNorm
          torchscript-batchnorm-folded    | WARNING | node '/conv/Conv' (Conv)       | folded BatchNorm
          dropout-lost                    | NOTE    | model                          | no Dropout
          dropout-always-on               | WARNING | node 'node_native_dropout__1' (Dropout) | training_mode is on
          torchscript-training            | WARNING | node '/1/BatchNormalization' (BatchNormalization) | training_mode is on
          equal-weights-merged            | REFUSED | model                          | caisson.tied
          lstm-anonymous                  | WARNING | val_43                         | names that the exporter made up
          torchscript-matmul              | WARNING | onnx::MatMul_12                | names that the exporter made up
          fixed-batch                     | WARNING | input                          | the batch is fixed at 2 rows
          batch-in-reshape                | WARNING | node '/Reshape' (Reshape)      | no room for another number of rows
          softmax-output                  | WARNING | node 'node_softmax' (Softmax)  | ends in Softmax
          sigmoid-output                  | WARNING | node 'node_sigmoid' (Sigmoid)  | ends in Sigmoid
          """)
  void findsTheFaultOfARealExport(String trap, Severity severity, String subject, String words)
      throws Exception {
    ModelCheck check = check("traps/" + trap + ".onnx");

    assertThat(check.findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.severity()).isEqualTo(severity);
              assertThat(finding.subject()).isEqualTo(subject);
              assertThat(finding.words()).contains(words);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp-dropout",
        "lenet",
        "resnet18",
        "groupnorm-cnn",
        "unet",
        "lstm",
        "gru-deep",
        "transformer-tokens",
        "transformer-encoder",
        "two-inputs",
        "conv1d"
      })
  void hasNoWarningForAnExportByTheRecipe(String fixture) throws Exception {
    ModelCheck check = check(fixture + "/model.onnx");

    assertThat(check.trainable()).isTrue();
    assertThat(check.findings())
        .filteredOn(finding -> finding.severity() != Severity.NOTE)
        .isEmpty();
  }

  @Test
  void countsWeightsAndStatistics() throws Exception {
    Summary summary = check("resnet18/model.onnx").summary().orElseThrow();

    assertThat(summary.weights() + summary.statistics())
        .isEqualTo(summary.parameters().stream().mapToLong(p -> p.length()).sum());
    // a running mean and a variance beside each scale and shift
    long scales =
        summary.parameters().stream()
            .filter(p -> p.name().matches(".*(bn\\d|downsample\\.1)\\.(weight|bias)"))
            .mapToLong(p -> p.length())
            .sum();
    assertThat(summary.statistics()).isEqualTo(scales).isPositive();
  }

  @Test
  void namesFrozenAndTiedInitializers() throws Exception {
    assertThat(check("mlp-frozen/model.onnx").findings())
        .contains(
            new Finding(
                Severity.NOTE,
                "caisson.frozen",
                "the file says that these stay as they are: 0.bias, 0.weight"));
    assertThat(check("tied-autoencoder/model.onnx").findings())
        .contains(
            new Finding(
                Severity.NOTE,
                "caisson.tied",
                "the file says that these have several readers, which train them together: weight"));
  }

  @Test
  void putsWhatTheEngineLacksFirst() throws Exception {
    OnnxModel model = OnnxModel.load(FIXTURES.resolve("traps/softmax-output.onnx"));

    ModelCheck check = ModelCheck.of(model, List.of("it lacks this", "and that"));

    assertThat(check.trainable()).isFalse();
    assertThat(check.findings().subList(0, 2))
        .containsExactly(
            new Finding(Severity.REFUSED, "engine", "it lacks this"),
            new Finding(Severity.REFUSED, "engine", "and that"));
    assertThat(check.findings()).extracting(Finding::severity).isSorted();
  }

  @Test
  void warnsOfWeightsInConstantNodesAndOfFoldedScales() throws Exception {
    float[] matrix = new float[64];
    float[] scale = {1, 2, 3, 4, 5, 6, 7, 8};
    OnnxModel model =
        model(
            List.of(
                Tensor.ofFloats("W", Shape.of(8, 8), matrix),
                Tensor.ofFloats("val_7", Shape.of(8), scale)),
            new Node(
                "held",
                "Constant",
                List.of(),
                List.of("m"),
                Map.of("value", new Attribute.Stored(Tensor.ofFloats("", Shape.of(8, 8), matrix)))),
            node("MatMul", "a", "x", "m"),
            node("MatMul", "b", "a", "W"),
            node("Mul", "y", "b", "val_7"));

    ModelCheck check = ModelCheck.of(model, List.of());

    assertThat(check.findings())
        .filteredOn(finding -> finding.severity() == Severity.WARNING)
        .extracting(Finding::subject)
        .containsExactly("val_7", "node 'held' (Constant)");
    assertThat(check.summary().orElseThrow().constants())
        .extracting(Constant::name)
        .containsExactly("val_7");
  }

  /// A gate on the raw inputs, and a matrix that is normalised before it is used, as weight_norm
  /// does: PyTorch trains both.
  @Test
  void warnsOfNamedNumbersThatItDoesNotTakeForWeights() throws Exception {
    OnnxModel model =
        model(
            List.of(
                Tensor.ofFloats("gate", Shape.of(8), new float[] {1, 2, 3, 4, 5, 6, 7, 8}),
                Tensor.ofFloats("W", Shape.of(8, 8), new float[64]),
                Tensor.ofFloats("V", Shape.of(8, 8), new float[64])),
            node("Mul", "a", "x", "gate"),
            node("MatMul", "b", "a", "W"),
            node("Tanh", "v", "V"),
            node("MatMul", "y", "b", "v"));

    assertThat(ModelCheck.of(model, List.of()).findings())
        .filteredOn(finding -> finding.severity() == Severity.WARNING)
        .extracting(Finding::subject)
        .containsExactly("gate", "V");
  }

  @Test
  void refusesAModelWithNothingToTrain() throws Exception {
    ModelCheck check = ModelCheck.of(model(List.of(), node("Relu", "y", "x")), List.of());

    assertThat(check.trainable()).isFalse();
    assertThat(check.findings().getFirst().words()).contains("nothing to train");
  }

  @Test
  void warnsOfManyConvolutionsWithoutNormalisation() throws Exception {
    List<Tensor> kernels = new ArrayList<>();
    Node[] nodes = new Node[5];
    for (int i = 0; i < 5; i++) {
      kernels.add(Tensor.ofFloats("k" + i, Shape.of(1, 1, 1, 1), new float[] {1}));
      nodes[i] = node("Conv", "v" + i, i == 0 ? "x" : "v" + (i - 1), "k" + i);
    }

    assertThat(ModelCheck.of(model(kernels, nodes), List.of()).findings())
        .extracting(Finding::words)
        .anyMatch(words -> words.startsWith("5 convolutions and no normalisation"));
  }

  private static ModelCheck check(String file) throws IOException {
    return ModelCheck.of(FIXTURES.resolve(file), Limits.DEFAULT, model -> List.of());
  }

  private static Node node(String operation, String output, String... inputs) {
    return new Node(output, operation, List.of(inputs), List.of(output), Map.of());
  }

  private static OnnxModel model(List<Tensor> initializers, Node... nodes)
      throws InvalidModelException {
    String last = nodes[nodes.length - 1].outputs().getFirst();
    return OnnxModel.of(
        new Graph(
            "g",
            List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, 8))),
            List.of(ValueInfo.of(last, ElementType.FLOAT, Shape.of(Shape.FREE, 8))),
            List.of(nodes),
            initializers),
        20);
  }
}

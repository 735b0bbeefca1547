package dev.caisson.airlock.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.scan.CanonicalOnnx;
import dev.caisson.runtime.onnx.Meaning;
import dev.caisson.runtime.score.Head;
import dev.caisson.runtime.score.ModelInput;
import dev.caisson.runtime.score.ModelInput.Kind;
import dev.caisson.runtime.score.ModelSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a session gives is what the library itself gives, for models as people export them.
class ModelSessionParityTest {
  /// Of probabilities, and of values relative to their size: the libraries compute in double what
  /// ONNX Runtime does in float, whose sums of a hundred terms are off by some 1e-6.
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          forest-unrestricted         | PROBABILITIES | 0,1              | 20 | 2
          forest-leaf-20              | PROBABILITIES | 0,1              | 20 | 2
          gradient-boosting           | LOGITS        | 0,1              | 30 | 2
          xgboost                     | LOGITS        | 0,1              | 30 | 2
          xgboost-thirds              | LOGITS        | 0,1,2            | 30 | 3
          lightgbm                    | LOGITS        | 0,1              | 20 | 2
          lightgbm-thirds             | LOGITS        | 0,1,2            | 60 | 3
          logistic-words              | LOGITS        | benign,malignant |  0 | 2
          logistic-thirds             | LOGITS        | 0,1,2            |  0 | 3
          logistic-double             | LOGITS        | 0,1              |  0 | 2
          columns                     | LOGITS        | 0,1              |  0 | 2
          columns-strict              | LOGITS        | 0,1              |  0 | 2
          sklearn-mlp                 | LOGITS        | benign,malignant |  0 | 2
          sklearn-mlp-thirds          | LOGITS        | 0,1,2            |  0 | 3
          svc-probability             | PROBABILITIES | 0,1              |  0 | 2
          linear-svc                  | UNKNOWN       | 0,1              |  0 | 1
          one-nearest-neighbour       | PROBABILITIES | 0,1              |  0 | 2
          tree-regressor-unrestricted | VALUES        |                  |  1 | 1
          linear-regression           | VALUES        |                  |  0 | 1
          xgboost-regressor           | VALUES        |                  | 20 | 1
          mlp-overfitted              | UNKNOWN       |                  |  0 | 2
          mlp-regularised             | UNKNOWN       |                  |  0 | 2
          mlp-softmax                 | LOGITS        |                  |  0 | 2
          mlp-sigmoid                 | LOGITS        |                  |  0 | 1
          mlp-regression              | UNKNOWN       |                  |  0 | 1
          visits                      | UNKNOWN       |                  |  0 | 2
          cnn-digits                  | UNKNOWN       |                  |  0 | 10
          """)
  void givesWhatTheLibraryGives(String name, Meaning gives, String classes, int trees, int outputs)
      throws Exception {
    AssessFixture fixture = new AssessFixture(name);
    List<String> texts = classes == null ? List.of() : List.of(classes.split(",", -1));
    for (byte[] onnx : List.of(fixture.onnx(), CanonicalOnnx.of(fixture.onnx()))) {
      try (ModelSession session = ModelSession.open(onnx, Optional.empty(), 1)) {
        Head head = session.head();
        assertThat(head.gives()).as(head.words()).isEqualTo(gives);
        assertThat(head.classes()).isEqualTo(texts);
        assertThat(head.trees()).isEqualTo(trees);
        assertThat(session.outputs()).isEqualTo(outputs);
        requireParity(fixture, session);
      }
    }
  }

  private static void requireParity(AssessFixture fixture, ModelSession session) throws Exception {
    float[][] expected = fixture.expected();
    List<List<String>> texts = new ArrayList<>();
    float[] rows =
        fixture.name().equals("cnn-digits")
            ? fixture.pictures()
            : fixture.nonMembers(expected.length, texts);
    float[] scores = session.score(rows, expected.length, texts);
    boolean transformed = fixture.expectedKind() == 'p' && session.head().gives() == Meaning.LOGITS;
    for (int row = 0; row < expected.length; row++) {
      double[] given = row(scores, row, session.outputs());
      double[] meant = transformed ? probabilities(given) : given;
      for (int k = 0; k < meant.length; k++) {
        double size = Math.max(1, Math.abs(expected[row][k]));
        assertThat(meant[k])
            .as("%s: output %d of row %d", fixture.name(), k, row)
            .isBetween(expected[row][k] - TOLERANCE * size, expected[row][k] + TOLERANCE * size);
      }
    }
  }

  private static double[] row(float[] scores, int row, int width) {
    double[] values = new double[width];
    for (int k = 0; k < width; k++) {
      values[k] = scores[row * width + k];
    }
    return values;
  }

  /// Softmax, or of one output the sigmoid.
  private static double[] probabilities(double[] logits) {
    if (logits.length == 1) {
      return new double[] {1 / (1 + Math.exp(-logits[0]))};
    }
    double[] p = new double[logits.length];
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      p[k] = Math.exp(logits[k]);
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
    return p;
  }

  @Test
  void namesInputsAsTheModelDoes() throws Exception {
    try (ModelSession columns = open("columns");
        ModelSession matrix = open("logistic-double");
        ModelSession pictures = open("cnn-digits")) {
      assertThat(columns.inputs())
          .contains(
              new ModelInput("age", Kind.WHOLE, List.of(1)),
              new ModelInput("menopause", Kind.TEXT, List.of(1)),
              new ModelInput("progesterone", Kind.NUMBER, List.of(1)))
          .extracting(ModelInput::name)
          .containsExactly(
              "age",
              "menopause",
              "tumour_size",
              "grade",
              "nodes",
              "progesterone",
              "oestrogen",
              "hormone_therapy");
      assertThat(columns.features()).isEqualTo(8);
      assertThat(matrix.inputs()).containsExactly(new ModelInput("X", Kind.NUMBER, List.of(10)));
      assertThat(pictures.inputs())
          .containsExactly(new ModelInput("image", Kind.NUMBER, List.of(1, 8, 8)));
    }
  }

  @Test
  void aCutSoftmaxTellsWhatSaturatedProbabilitiesHide() throws Exception {
    try (ModelSession session = open("sklearn-mlp")) {
      float[] far = new float[10];
      java.util.Arrays.fill(far, 1e5f);
      float[] logits = session.score(far, 1, List.of());
      // the library's float probability would be exactly 0 or 1 beyond a logit of 104
      assertThat(Math.abs(logits[1] - logits[0])).isGreaterThan(104f).isFinite();
    }
  }

  private static ModelSession open(String name) throws Exception {
    return ModelSession.open(new AssessFixture(name).onnx(), Optional.empty(), 1);
  }
}

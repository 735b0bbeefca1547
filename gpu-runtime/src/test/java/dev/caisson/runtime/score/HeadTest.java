package dev.caisson.runtime.score;

import static dev.caisson.runtime.score.Drawn.FLOAT;
import static dev.caisson.runtime.score.Drawn.INT64;
import static dev.caisson.runtime.score.Drawn.numbers;
import static dev.caisson.runtime.score.Drawn.text;
import static dev.caisson.runtime.score.Drawn.texts;
import static dev.caisson.runtime.score.Drawn.whole;
import static dev.caisson.runtime.score.Drawn.wholes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.caisson.runtime.onnx.Meaning;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is read of a model and what is cut off. By the libraries' own exports:
/// `ModelSessionParityTest` in model-airlock.
class HeadTest {
  private static final float[] ROWS = {-1, 0.5f, 2, 30, 0, -30};

  @Test
  void aFinalSoftmaxIsCutThroughShapesAndCasts() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 3)
            .node("Softmax", "x", "s", whole("axis", 1))
            .node("Cast", "s", "c", whole("to", 11))
            .node("Cast", "c", "d", whole("to", 1))
            .node("Identity", "d", "y")
            .output("y", FLOAT, -1, 3)
            .file();
    assertLogits(file, 3, ROWS);
  }

  @Test
  void aFinalSigmoidOfOneOutputIsCut() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 1)
            .node("Sigmoid", "x", "s")
            .initializer(Drawn.tensor("flat", INT64, 1).addInt64Data(-1))
            .node("Reshape", "s flat", "y")
            .output("y", FLOAT, -1)
            .file();
    assertLogits(file, 1, ROWS);
  }

  @Test
  void sigmoidsOfSeveralOutputsStay() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 2)
            .node("Sigmoid", "x", "y")
            .output("y", FLOAT, -1, 2)
            .file();
    try (ModelSession session = ModelSessionTest.open(file)) {
      assertThat(session.head().gives()).isEqualTo(Meaning.PROBABILITIES);
      assertThat(session.head().words()).contains("each by a sigmoid of its own");
      assertThat(session.score(new float[] {0, 100}, 1, List.of())).containsExactly(0.5f, 1);
    }
  }

  @Test
  void aSoftmaxOverRowsStays() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 1)
            .node("Softmax", "x", "y", whole("axis", 0))
            .output("y", FLOAT, -1, 1)
            .file();
    try (ModelSession session = ModelSessionTest.open(file)) {
      assertThat(session.head().gives()).isEqualTo(Meaning.PROBABILITIES);
    }
  }

  @Test
  void logProbabilitiesStayAndAreLogits() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 2)
            .node("LogSoftmax", "x", "y", whole("axis", 1))
            .output("y", FLOAT, -1, 2)
            .file();
    try (ModelSession session = ModelSessionTest.open(file)) {
      assertThat(session.head().gives()).isEqualTo(Meaning.LOGITS);
      assertThat(session.score(new float[] {3, 3}, 1, List.of())[0])
          .isEqualTo((float) Math.log(0.5), offset(1e-6f)); // float's rounding
    }
  }

  @Test
  void zipMapsAreCutAndNameTheClasses() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 2)
            .node("Abs", "x", "p")
            .node("ZipMap", "p", "maps", texts("classlabels_strings", "ill", "well"))
            .node("ArgMax", "p", "label", whole("axis", 1))
            .output("label", INT64, -1, 1)
            .output("maps")
            .file();
    try (ModelSession session = ModelSessionTest.open(file)) {
      assertThat(session.head())
          .isEqualTo(
              new Head(
                  Meaning.PROBABILITIES,
                  List.of("ill", "well"),
                  0,
                  "output 'maps' before its ZipMap is read as class probabilities"));
      assertThat(session.score(new float[] {-0.25f, 0.75f}, 1, List.of()))
          .containsExactly(0.25f, 0.75f);
    }
  }

  @Test
  void theOutputThatTellsMostIsReadUnlessAnotherIsNamed() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 2)
            .node("Neg", "x", "features")
            .node("Softmax", "x", "probabilities", whole("axis", 1))
            .node("Abs", "x", "my_logits")
            .output("features", FLOAT, -1, 2)
            .output("probabilities", FLOAT, -1, 2)
            .output("my_logits", FLOAT, -1, 2)
            .file();
    try (ModelSession chosen = ModelSessionTest.open(file);
        ModelSession named = ModelSession.open(file, Optional.of("features"), 1)) {
      assertThat(chosen.head().words())
          .isEqualTo(
              "output 'my_logits' is read as logits, by its name; not read: 'features', 'probabilities'");
      assertThat(named.head().gives()).isEqualTo(Meaning.UNKNOWN);
      assertThat(named.score(new float[] {1, 2}, 1, List.of())).containsExactly(-1, -2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LOGISTIC, 2, false, LOGITS",
    "LOGISTIC, 1, false, LOGITS",
    "LOGISTIC, 3, true, LOGITS",
    "LOGISTIC, 3, false, PROBABILITIES",
    "SOFTMAX, 3, false, LOGITS",
    "SOFTMAX, 2, true, LOGITS",
    "SOFTMAX, 1, false, PROBABILITIES",
    "NONE, 2, false, UNKNOWN"
  })
  void linearClassifiersGiveLogitsOnlyWhereTheirSoftmaxIsWhatTheyGave(
      String post, int scores, boolean normalised, Meaning gives) throws Exception {
    int classes = Math.max(2, scores);
    byte[] file = linear(post, scores, normalised);
    requireSame(file, classes, gives);
  }

  /// Both rows of coefficients got low bits of their own: what a sanitised export looks like. The
  /// scores are read as those of the export itself.
  @Test
  void twoRowsThatAreOppositeButForTheirLowBitsStillGiveLogits() throws Exception {
    float low = 0x1.00000ep0f; // the highest value of the lowest three bits
    byte[] file =
        linear(
            "LOGISTIC",
            new float[] {-0.75f, 0.25f, 0.75f * low, -0.25f},
            new float[] {-0.5f, 0.5f * low},
            false);
    requireSame(file, 2, Meaning.LOGITS);
  }

  @Test
  void twoRowsOfTheirOwnGiveProbabilities() throws Exception {
    byte[] file =
        linear(
            "LOGISTIC",
            new float[] {-0.75f, 0.25f, 0.70f, -0.25f},
            new float[] {-0.5f, 0.5f},
            false);
    requireSame(file, 2, Meaning.PROBABILITIES);
  }

  @ParameterizedTest
  @CsvSource({
    "LOGISTIC, -0.3, 0.4, 0, LOGITS",
    "LOGISTIC, 0.3, 0.4, 0, LOGITS",
    "LOGISTIC, -0.3, -0.4, 0, LOGITS",
    "LOGISTIC, -0.3, 0.4, 1, PROBABILITIES",
    "SOFTMAX, -0.3, 0.4, 0, PROBABILITIES",
    "NONE, 0.3, 0.4, 0, PROBABILITIES",
    "NONE, -0.3, 0.4, 0, UNKNOWN"
  })
  void boostedTreesOfTwoClassesGiveLogitsOnlyWhereTheSigmoidIsWhatTheyGave(
      String post, float left, float right, long scored, Meaning gives) throws Exception {
    requireSame(stump(post, left, right, scored), 2, gives);
  }

  /// Uncut and cut, the model says the same of the rows.
  private static void requireSame(byte[] file, int classes, Meaning gives) throws Exception {
    float[] rows = {-1, 0.5f, 2, 0.25f, 0, -3};
    try (ModelSession session = ModelSessionTest.open(file);
        NativeModel uncut = NativeModel.open(withoutLabel(file), 1)) {
      assertThat(session.head().gives()).as(session.head().words()).isEqualTo(gives);
      assertThat(session.outputs()).isEqualTo(classes);
      float[] scores = session.score(rows, 3, List.of());
      float[] given = uncut.score(rows, 3, List.of());
      for (int row = 0; row < 3; row++) {
        double sum = 0;
        for (int k = 0; k < classes; k++) {
          sum += Math.exp(scores[row * classes + k]);
        }
        for (int k = 0; k < classes; k++) {
          float score = scores[row * classes + k];
          double meant = gives == Meaning.LOGITS ? Math.exp(score) / sum : score;
          // ten float operations on numbers about 1
          assertThat(meant).isEqualTo(given[row * classes + k], offset(2e-6));
        }
      }
    }
  }

  private static byte[] withoutLabel(byte[] file) throws Exception {
    var model = ai.onnx.proto.OnnxMl.ModelProto.parseFrom(file).toBuilder();
    model.getGraphBuilder().removeOutput(0);
    return model.build().toByteArray();
  }

  private static byte[] linear(String post, int scores, boolean normalised) {
    float[][] coefficients = {{1, -0.5f}, {-0.75f, 0.25f, 0.75f, -0.25f}, {1, 0, 0, 1, 2, -1}};
    float[][] intercepts = {{0.25f}, {-0.5f, 0.5f}, {0, 0.5f, 1}};
    return linear(post, coefficients[scores - 1], intercepts[scores - 1], normalised);
  }

  private static byte[] linear(
      String post, float[] coefficients, float[] intercepts, boolean normalised) {
    int scores = intercepts.length;
    Drawn graph =
        new Drawn()
            .input("x", FLOAT, -1, 2)
            .node(
                "LinearClassifier",
                "x",
                "label " + (normalised ? "s" : "probabilities"),
                numbers("coefficients", coefficients),
                numbers("intercepts", intercepts),
                scores == 3
                    ? wholes("classlabels_ints", 0, 1, 2)
                    : wholes("classlabels_ints", 0, 1),
                text("post_transform", post));
    if (normalised) {
      graph.node("Normalizer", "s", "probabilities", text("norm", "L1"));
    }
    return graph
        .output("label", INT64, -1)
        .output("probabilities", FLOAT, -1, Math.max(2, scores))
        .file();
  }

  private static byte[] stump(String post, float left, float right, long scored) {
    return new Drawn()
        .input("x", FLOAT, -1, 2)
        .node(
            "TreeEnsembleClassifier",
            "x",
            "label probabilities",
            wholes("nodes_treeids", 0, 0, 0),
            wholes("nodes_nodeids", 0, 1, 2),
            wholes("nodes_featureids", 1, 0, 0),
            numbers("nodes_values", 0, 0, 0),
            texts("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"),
            wholes("nodes_truenodeids", 1, 0, 0),
            wholes("nodes_falsenodeids", 2, 0, 0),
            wholes("class_treeids", 0, 0),
            wholes("class_nodeids", 1, 2),
            wholes("class_ids", scored, scored),
            numbers("class_weights", left, right),
            wholes("classlabels_int64s", 0, 1),
            text("post_transform", post))
        .output("label", INT64, -1)
        .output("probabilities", FLOAT, -1, 2)
        .file();
  }

  private static void assertLogits(byte[] file, int width, float[] rows) throws Exception {
    try (ModelSession session = ModelSessionTest.open(file)) {
      assertThat(session.head().gives()).isEqualTo(Meaning.LOGITS);
      assertThat(session.outputs()).isEqualTo(width);
      assertThat(session.score(rows, rows.length / width, List.of())).containsExactly(rows);
    }
  }

  /// One file in which every kind of end occurs, for mutation.
  static byte[] everyEnding() {
    return new Drawn()
        .input("x", FLOAT, -1, 2)
        .floats("one", new float[] {1}, 1)
        .node("Sigmoid", "x", "s")
        .node("Sub", "one s", "t")
        .node("Concat", "t s", "p", whole("axis", 1))
        .node("Softmax", "x", "m", whole("axis", 1))
        .node("Normalizer", "m", "q", text("norm", "L1"))
        .node(
            "LinearClassifier",
            "x",
            "label l",
            numbers("coefficients", 1, 2, -1, -2),
            numbers("intercepts", 1, -1),
            wholes("classlabels_ints", 0, 1),
            text("post_transform", "LOGISTIC"))
        .node("ZipMap", "l", "r", wholes("classlabels_int64s", 0, 1))
        .output("label", INT64, -1)
        .output("p", FLOAT, -1, 4)
        .output("q", FLOAT, -1, 2)
        .output("r")
        .file();
  }
}

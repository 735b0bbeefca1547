package dev.caisson.runtime.score;

import static dev.caisson.runtime.score.Drawn.BOOL;
import static dev.caisson.runtime.score.Drawn.DOUBLE;
import static dev.caisson.runtime.score.Drawn.FLOAT;
import static dev.caisson.runtime.score.Drawn.INT32;
import static dev.caisson.runtime.score.Drawn.INT64;
import static dev.caisson.runtime.score.Drawn.STRING;
import static dev.caisson.runtime.score.Drawn.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.score.ModelInput.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What goes into a session and how it gets there. What comes out: `HeadTest`.
class ModelSessionTest {
  @Test
  void takesEveryKindOfInputAtItsPlaceInTheRow() throws Exception {
    byte[] file =
        new Drawn()
            .input("a", FLOAT, -1, 2)
            .input("b", DOUBLE, -1, 1)
            .input("c", INT32, -1, 1)
            .input("d", INT64, -1)
            .input("e", BOOL, -1, 1)
            .node("Cast", "b", "bf", whole("to", 1))
            .node("Cast", "c", "cf", whole("to", 1))
            .node("Cast", "d", "dv", whole("to", 1))
            .initializer(Drawn.tensor("column", INT64, 2).addInt64Data(-1).addInt64Data(1))
            .node("Reshape", "dv column", "df")
            .node("Cast", "e", "ef", whole("to", 1))
            .node("Concat", "a bf cf df ef", "y", whole("axis", 1))
            .output("y", FLOAT, -1, 6)
            .file();
    try (ModelSession session = open(file)) {
      assertThat(session.inputs())
          .containsExactly(
              new ModelInput("a", Kind.NUMBER, List.of(2)),
              new ModelInput("b", Kind.NUMBER, List.of(1)),
              new ModelInput("c", Kind.WHOLE, List.of(1)),
              new ModelInput("d", Kind.WHOLE, List.of()),
              new ModelInput("e", Kind.FLAG, List.of(1)));
      assertThat(session.features()).isEqualTo(6);
      assertThat(session.outputs()).isEqualTo(6);
      float[] rows = {1.5f, Float.NaN, 0.1f, -7, 1 << 24, 1, 2, 3, 4, 5, 6, 0};
      assertThat(session.score(rows, 2, List.of())).containsExactly(rows);
    }
  }

  @Test
  void refusesCellsThatAnInputCannotTake() throws Exception {
    byte[] file =
        new Drawn()
            .input("age", INT32, -1, 1)
            .input("smokes", BOOL, -1, 1)
            .node("Cast", "age", "a", whole("to", 1))
            .node("Cast", "smokes", "s", whole("to", 1))
            .node("Concat", "a s", "y", whole("axis", 1))
            .output("y", FLOAT, -1, 2)
            .file();
    try (ModelSession session = open(file)) {
      assertRefused(session, "feature 0 of row 1 is 2.5; input 'age' takes whole numbers", 2.5f, 0);
      assertRefused(
          session, "feature 0 of row 1 is missing; input 'age' takes whole numbers", Float.NaN, 0);
      assertRefused(
          session, "feature 0 of row 1 is 3.0E9; input 'age' takes whole numbers", 3e9f, 0);
      assertRefused(session, "feature 1 of row 1 is 2.0; input 'smokes' takes 0 or 1", 3, 2);
      assertRefused(
          session, "feature 1 of row 1 is missing; input 'smokes' takes 0 or 1", 3, Float.NaN);
    }
  }

  private static void assertRefused(ModelSession session, String why, float age, float smokes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.score(new float[] {40, 1, age, smokes}, 2, List.of()))
        .withMessage(why);
  }

  @Test
  void readsTextsByTheirPlacesAndNothingAsTheEmptyText() throws Exception {
    byte[] file = towns(1);
    try (ModelSession session = open(file)) {
      assertThat(session.inputs()).containsExactly(new ModelInput("t", Kind.TEXT, List.of(1)));
      List<List<String>> texts = List.of(List.of("Bath", "Ely", "Ayr"));
      assertThat(session.score(new float[] {2, 0, 1, Float.NaN}, 4, texts))
          .containsExactly(1, 0, 0, 1, 0, 0, 0, 0);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.score(new float[] {2, 3}, 2, texts))
          .withMessage("feature 0 of row 1 is 3.0, no place among the 3 texts of input 't'");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.score(new float[] {0}, 1, List.of()))
          .withMessage("the model takes texts: 1 positions need a list of texts each, got 0");
    }
  }

  @Test
  void aTextThatTheModelRefusesIsSaidByOnnxRuntime() throws Exception {
    try (ModelSession session = open(towns(0))) {
      assertThat(session.outputs()).isEqualTo(2);
      List<List<String>> texts = List.of(List.of("Bath", "Ely"));
      assertThat(session.score(new float[] {0}, 1, texts)).containsExactly(0, 1);
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> session.score(new float[] {1}, 1, texts))
          .isInstanceOf(ScoringException.class)
          .hasMessageContaining("Unknown Category");
    }
  }

  /// `zeros` 1: an unknown town is no town; 0: an error.
  private static byte[] towns(long zeros) {
    return new Drawn()
        .input("t", STRING, -1, 1)
        .node(
            "OneHotEncoder",
            "t",
            "hot",
            Drawn.texts("cats_strings", "Ayr", "Bath"),
            whole("zeros", zeros))
        .initializer(Drawn.tensor("flat", INT64, 2).addInt64Data(-1).addInt64Data(2))
        .node("Reshape", "hot flat", "y")
        .output("y", FLOAT, -1, 2)
        .file();
  }

  @Test
  void fillsAFixedBatchWithTheLastRow() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, 4, 1)
            .node("Reciprocal", "x", "y")
            .output("y", FLOAT, 4, 1)
            .file();
    try (ModelSession session = open(file)) {
      assertThat(session.score(new float[] {1, 2, 4, 5, 8, 10}, 6, List.of()))
          .containsExactly(1, 1 / 2f, 1 / 4f, 1 / 5f, 1 / 8f, 1 / 10f);
    }
  }

  @Test
  void scoresMoreRowsThanABatch() throws Exception {
    byte[] file =
        new Drawn().input("x", FLOAT, -1, 3).node("Neg", "x", "y").output("y", FLOAT, -1, 3).file();
    float[] rows = new float[3 * 10_001];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    try (ModelSession session = open(file)) {
      float[] scores = session.score(rows, 10_001, List.of());
      for (int i = 0; i < rows.length; i++) {
        assertThat(scores[i]).isEqualTo(-rows[i]);
      }
      assertThat(session.score(new float[0], 0, List.of())).isEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.score(new float[8], 2, List.of()))
          .withMessage("2 rows of 3 features are 6 numbers, got 8");
    }
  }

  @Test
  void givesDoublesAsFloats() throws Exception {
    byte[] file =
        new Drawn()
            .input("x", DOUBLE, -1, 1)
            .node("Neg", "x", "y")
            .output("y", DOUBLE, -1, 1)
            .file();
    try (ModelSession session = open(file)) {
      assertThat(session.score(new float[] {0.1f}, 1, List.of())).containsExactly(-0.1f);
    }
  }

  static ModelSession open(byte[] file) throws InvalidModelException {
    return ModelSession.open(file, Optional.empty(), 1);
  }
}

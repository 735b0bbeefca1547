package dev.caisson.runtime.score;

import static dev.caisson.runtime.score.Drawn.FLOAT;
import static dev.caisson.runtime.score.Drawn.INT64;
import static dev.caisson.runtime.score.Drawn.whole;
import static dev.caisson.runtime.score.Drawn.wholes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.ScoringGraph;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a session does not open, and the words it finds.
class RefusedModelsTest {
  @Test
  void refusesNumbersInOtherFiles() {
    assertRefused(minus().initializer(elsewhere("w")).file(), "tensor 'w' lies in another file");
    OnnxMl.AttributeProto hidden =
        Drawn.attribute("value", OnnxMl.AttributeProto.AttributeType.TENSOR)
            .setT(elsewhere("inner"))
            .build();
    byte[] constant =
        new Drawn()
            .input("x", FLOAT, -1, 1)
            .node("Constant", "", "c", hidden)
            .node("Add", "x c", "y")
            .output("y", FLOAT, -1, 1)
            .file();
    assertRefused(constant, "tensor 'inner' lies in another file");
  }

  private static OnnxMl.TensorProto.Builder elsewhere(String name) {
    return Drawn.tensor(name, FLOAT, 1)
        .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            OnnxMl.StringStringEntryProto.newBuilder()
                .setKey("location")
                .setValue("../../etc/passwd"));
  }

  @Test
  void refusesAnOutputThatIsNotThereAndListsThoseThatAre() {
    assertRefused(minus().file(), Optional.of("z"), "the model has no output 'z'; it has 'y'");
  }

  @Test
  void refusesLabelsAsScores() {
    byte[] labels =
        new Drawn()
            .input("x", FLOAT, -1, 2)
            .node("ArgMax", "x", "label", whole("axis", 1))
            .output("label", INT64, -1, 1)
            .file();
    assertRefused(labels, "no output of the model gives numbers to score ('label')");
    byte[] both =
        new Drawn()
            .input("x", FLOAT, -1, 2)
            .node("ArgMax", "x", "label", whole("axis", 1))
            .node("Neg", "x", "y")
            .output("label", INT64, -1, 1)
            .output("y", FLOAT, -1, 2)
            .file();
    assertRefused(
        both,
        Optional.of("label"),
        "output 'label' gives class labels or other things that are no scores; choose 'y'");
  }

  @Test
  void refusesOpenDimensions() {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 3, -2)
            .node("Neg", "x", "y")
            .output("y", FLOAT, -1, 3, -2)
            .file();
    assertRefused(file, "dimension 2 of input 'x' is open ([-1, 3, -1])");
  }

  @Test
  void refusesTypesThatRowsCannotBe() {
    byte[] file =
        new Drawn()
            .input("x", 2, -1, 3)
            .node("Cast", "x", "y", whole("to", 1))
            .output("y", FLOAT, -1, 3)
            .file();
    assertRefused(file, "input 'x' has type UINT8; rows are scored as");
  }

  @Test
  void refusesAnOutputThatIsNotOneForEachRow() {
    byte[] file =
        new Drawn()
            .input("x", FLOAT, -1, 3)
            .node("ReduceMean", "x", "y", wholes("axes", 0), whole("keepdims", 0))
            .output("y")
            .file();
    assertRefused(file, "output 'y' gives 3 numbers for 1 rows and 3 for 2");
  }

  @Test
  void refusesWhatOnnxRuntimeRefusesInFewWords() {
    byte[] unknown =
        new Drawn()
            .input("x", FLOAT, -1, 1)
            .node("NoSuchOperation", "x", "y")
            .output("y", FLOAT, -1, 1)
            .file();
    assertRefused(unknown, "NoSuchOperation");
    byte[] misshapen =
        new Drawn()
            .input("x", FLOAT, -1, 3)
            .floats("w", new float[4], 2, 2)
            .node("MatMul", "x w", "y")
            .output("y", FLOAT, -1, 2)
            .file();
    assertThatThrownBy(() -> ModelSessionTest.open(misshapen))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageStartingWith("ONNX Runtime refuses this model: ")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(450));
  }

  @Test
  void refusesAGraphWithoutInputOrOutput() {
    assertRefused(
        new Drawn().input("x", FLOAT, -1, 1).node("Neg", "x", "y").file(),
        "the model has no output");
    byte[] constant =
        new Drawn().floats("w", new float[1], 1).node("Neg", "w", "y").output("y").file();
    assertRefused(constant, "the model has no input");
  }

  @Test
  void refusesBytesThatAreNoModel() {
    assertRefused(new byte[0], "an ONNX file holds one graph, this one has 0");
    assertRefused(new byte[] {1, 2, 3}, "not an ONNX file");
    byte[] whole = minus().file();
    assertRefused(Arrays.copyOf(whole, whole.length - 3), "not an ONNX file");
  }

  @Test
  void refusesAFileThatWouldBecomeTooManyObjects() {
    OnnxMl.AttributeProto.Builder empty =
        Drawn.attribute("texts", OnnxMl.AttributeProto.AttributeType.STRINGS);
    for (int i = 0; i < 3_000_001; i++) {
      empty.addStrings(com.google.protobuf.ByteString.EMPTY);
    }
    byte[] file = new Drawn().input("x", FLOAT, -1, 1).node("Neg", "x", "y", empty.build()).file();
    assertRefused(file, "the file has more than 3000000 parts");
  }

  @Test
  void refusesNoThreads() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelSession.open(minus().file(), Optional.empty(), 0))
        .withMessage("threads must be 1..1024, got 0");
  }

  /// The cut alone, for ONNX Runtime's own parsing is not ours to harden.
  @Test
  void mutatedFilesAreCutOrRefusedAndNothingElse() {
    byte[] whole = HeadTest.everyEnding();
    Random random = new Random(20);
    int cut = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] file = whole.clone();
      for (int change = 0; change <= random.nextInt(4); change++) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      for (String output : new String[] {"", "p", "q", "r"}) {
        try {
          ScoringGraph.of(file, output.isEmpty() ? Optional.empty() : Optional.of(output), true);
          cut++;
        } catch (InvalidModelException e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
    assertThat(cut).isBetween(1_000, 19_000);
  }

  private static Drawn minus() {
    return new Drawn().input("x", FLOAT, -1, 1).node("Neg", "x", "y").output("y", FLOAT, -1, 1);
  }

  private static void assertRefused(byte[] file, String why) {
    assertRefused(file, Optional.empty(), why);
  }

  private static void assertRefused(byte[] file, Optional<String> output, String why) {
    assertThatThrownBy(() -> ModelSession.open(file, output, 1).close())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(why);
  }
}

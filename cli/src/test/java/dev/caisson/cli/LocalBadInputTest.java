package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.build.Transformer;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a person may get wrong at `train`, `score` and `model`: one line that says what, exit code
/// 1 (3 from `model check`), and nothing written.
final class LocalBadInputTest {
  private static final String TABLE = "a,b,y\n1,2,0\n3,4,1\n5,6,0\n2,1,1\n";

  @TempDir private Path temporary = Path.of("");
  private String out = "";
  private String err = "";

  @BeforeEach
  void soundFiles() throws IOException {
    Files.write(file("m.onnx"), ModelSpec.logistic(2, 1, 1).build().bytes());
    Files.write(file("k.onnx"), ModelSpec.logistic(2, 3, 1).build().bytes());
    Files.writeString(file("t.csv"), TABLE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'a,b,z;1,2,0'              | column 'y' | missing
          'a,b,y;1,2,0;3,4,2'        | label 'y'  | '2' (line 3)
          'a,b,y;1,2,0;3,4,'         | label 'y'  | no value in line 3
          'a,b,y;1,2,0;3,old,1'      | line 3     | column 'b': 'old'
          'a,b,y;1,2,0;3,NA,1'       | line 3     | column 'b': the value is missing
          'a,b,y;1,2,0;3,1e99,1'     | line 3     | column 'b'
          'a,b,y;1,2,0;3,4'          | line 3     | 2 cells where the header has 3
          'a,b,b,y;1,2,3,0'          | column 'b' | stands twice
          'a,b,y'                    | t.csv      | no row under the header
          ''                         | t.csv      | not even a header line
          'a,b,y;1,2,1;3,4,1'        | label 'y'  | nothing to learn
          'a,b,y;1,2,ill;3,4,ill'    | label 'y'  | 1 different texts (ill)
          'a,b,c,y;1,2,3,0;3,4,5,1'  | 3 features | m.onnx takes 2
          'y;0;1'                    | t.csv      | no column is left to be a feature
          'a,b,y;1,2,"0;3,4,1'       | line 2     | quotes
          """)
  void tableThatDoesNotSuitIsNamed(String rows, String where, String what) throws Exception {
    Files.writeString(file("t.csv"), rows.replace(';', '\n'));
    assertThat(refused(training("m.onnx", "--loss", "bce"))).contains(where, what);
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "-1, -1", "1.5, 1.5"})
  void classOutOfRangeIsNamed(String label, String shown) throws Exception {
    Files.writeString(file("t.csv"), "a,b,y\n1,2,0\n3,4,%s\n".formatted(label));
    assertThat(refused(training("k.onnx"))).contains("'%s' (line 3)".formatted(shown), "0, 1, 2");
  }

  @Test
  void tablesOfOtherHabitsAreReadAlike() throws Exception {
    done(training("m.onnx"));
    byte[] wanted = Files.readAllBytes(file("out.onnx"));
    for (String same :
        List.of(
            "\uFEFF" + TABLE,
            TABLE.replace("\n", "\r\n"),
            TABLE.replace("a,b,y", "\"a\",\"b\",\"y\"").replace("3,4,1", "\"3\", 4 ,\"1\""),
            TABLE.stripTrailing())) {
      Files.writeString(file("t.csv"), same);
      done(training("m.onnx", "--force"));
      assertThat(file("out.onnx")).as(same).hasBinaryContent(wanted);
    }
  }

  @Test
  void numberThatShouldBeWholeIsNamed() throws Exception {
    Files.write(file("tok.onnx"), new Transformer(9, 0, 2, 4, 1, 1, 4, 0, 1, 1).build().bytes());
    Files.writeString(file("t.csv"), "a,b,y\n1,2,0\n3,1.5,1\n");
    assertThat(refused(training("tok.onnx"))).contains("row 2", "column 'b' holds 1.5", "whole");
    Files.writeString(file("t.csv"), "a,b\n1,2\n3,1.5\n");
    assertThat(
            refused(
                "score", "--model", at("tok.onnx"), "--data", at("t.csv"), "--out", at("s.csv")))
        .contains("line 3", "column 'b'", "1.5", "whole");
  }

  @Test
  void textThatIsNotUtf8IsNamed() throws Exception {
    Files.write(file("t.csv"), "a,b,y\n1,2,0\n\u00e9,4,1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refused(training("m.onnx"))).contains("UTF-8", "line 3");
  }

  @Test
  void endlessLineIsRefusedEarly() throws Exception {
    Files.write(file("t.csv"), new byte[64 << 20]);
    assertThat(refused(training("m.onnx"))).contains("longer than");
    Files.writeString(file("t.csv"), "a,b,y\n" + "1".repeat(5 << 20));
    assertThat(refused(training("m.onnx"))).contains("line 2", "longer than");
  }

  /// A device has no end: to read it whole is to run out of memory.
  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/", "/no/such/file"})
  void whatIsNoFileIsRefused(String path) throws Exception {
    assertThat(
            refused(
                "train",
                "--model",
                at("m.onnx"),
                "--data",
                path,
                "--label",
                "y",
                "--epochs",
                "1",
                "--out",
                at("out.onnx")))
        .contains(path);
    assertThat(
            refused(
                "train",
                "--model",
                path,
                "--data",
                at("t.csv"),
                "--label",
                "y",
                "--epochs",
                "1",
                "--out",
                at("out.onnx")))
        .contains(path);
    assertThat(refused("score", "--model", path, "--data", at("t.csv"), "--out", at("s.csv")))
        .contains(path);
    assertThat(refused("score", "--model", at("m.onnx"), "--data", path, "--out", at("s.csv")))
        .contains(path);
    assertThat(refused("model", "info", path)).contains(path);
    assertThat(refused("model", "init", "--spec", path, "--out", at("n.onnx"))).contains(path);
    assertThat(run("model", "check", path)).isIn(1, 3);
    assertThat(out + err).contains(path);
  }

  @Test
  void modelThatCannotBeReadIsRefused() throws Exception {
    byte[] sound = Files.readAllBytes(file("m.onnx"));
    brokenModel("no model at all".getBytes(StandardCharsets.UTF_8), "");
    brokenModel(new byte[0], "");
    brokenModel(Arrays.copyOf(sound, sound.length / 2), "");
    brokenModel(withNaN(), "weights must be finite");
    brokenModel(manyNodes(100_000), "50000");
  }

  private void brokenModel(byte[] bytes, String words) throws IOException {
    Files.write(file("bad.onnx"), bytes);
    assertThat(refused(training("bad.onnx"))).contains("bad.onnx: ", words);
    assertThat(refused("model", "info", at("bad.onnx"))).contains("bad.onnx: ", words);
    assertThat(run("model", "check", at("bad.onnx"))).isEqualTo(3);
    assertThat(out).contains("REFUSED", words, "will not train");
  }

  @Test
  void outputsAreNeverReplacedUnasked() throws Exception {
    for (String taken : List.of("out.onnx", "out.onnx.json")) {
      Files.writeString(file(taken), "precious");
      assertThat(refused(training("m.onnx"))).contains(taken + " is there already", "--force");
      assertThat(file(taken)).hasContent("precious");
      Files.delete(file(taken));
    }
    Files.writeString(file("out.onnx"), "precious");
    done(training("m.onnx", "--force"));
    assertThat(OnnxModel.load(file("out.onnx")).layout().length()).isEqualTo(3);
  }

  @Test
  void forceNeverReplacesWhatIsRead() throws Exception {
    String[][] commands = {
      {"train", "--model", at("m.onnx"), "--data", at("t.csv"), "--label", "y", "--epochs", "1"},
      {"score", "--model", at("m.onnx"), "--data", at("t.csv")}
    };
    for (String[] command : commands) {
      List<String> arguments = new ArrayList<>(List.of(command));
      arguments.addAll(List.of("--out", temporary.resolve("./t.csv").toString(), "--force"));
      assertThat(run(arguments.toArray(String[]::new))).isEqualTo(2);
      assertThat(err).contains("--out is the table");
    }
    assertThat(file("t.csv")).hasContent(TABLE);
  }

  /// Before any work: the table is not even looked at.
  @ParameterizedTest
  @ValueSource(strings = {"/no/such/folder/m.onnx", "/proc/m.onnx", "/proc"})
  void placeThatCannotBeWrittenIsRefusedFirst(String place) throws Exception {
    Files.delete(file("t.csv"));
    assertThat(
            refused(
                "train",
                "--model",
                at("m.onnx"),
                "--data",
                at("t.csv"),
                "--label",
                "y",
                "--epochs",
                "1",
                "--out",
                place))
        .contains(place)
        .doesNotContain("t.csv");
    assertThat(refused("score", "--model", at("m.onnx"), "--data", at("t.csv"), "--out", place))
        .contains(place)
        .doesNotContain("t.csv");
  }

  @Test
  void noteOfAnotherFileOrNoneOfOursIsRefused() throws Exception {
    done(training("m.onnx"));
    Path note = file("out.onnx.json");
    String sound = Files.readString(note);

    Files.write(file("out.onnx"), ModelSpec.logistic(2, 1, 99).build().bytes());
    assertThat(refused(scoring())).contains("out.onnx.json is about another file");
    done(training("m.onnx", "--force"));

    for (String bad : List.of("", "{", "[]", "{\"format\": \"mine\"}", "[".repeat(100_000))) {
      Files.writeString(note, bad);
      assertThat(refused(scoring())).contains("out.onnx.json is not a note of ours");
    }
    Files.writeString(note, sound.replaceFirst("\"a\"(.*?)\"b\"", "\"a\"$1\"b\", \"c\""));
    assertThat(refused(scoring())).contains("the note beside", "3 features");
    Files.delete(note);
    Files.createDirectory(note);
    assertThat(refused(scoring())).contains("out.onnx.json");
  }

  @Test
  void columnsInAnotherOrderArePutRightByTheNote() throws Exception {
    done(training("m.onnx"));
    done(scoring());
    List<String> wanted = Files.readAllLines(file("s.csv"));
    Files.writeString(file("t.csv"), "b,y,a\n2,0,1\n4,1,3\n6,0,5\n1,1,2\n");
    done(scoring());
    assertThat(out).contains("put in the model's order");
    assertThat(Files.readAllLines(file("s.csv"))).isEqualTo(wanted);
    Files.writeString(file("t.csv"), "b,y,c\n2,0,1\n");
    assertThat(refused(scoring())).contains("missing: a", "not known to the model: c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --epochs 0           | --epochs must be 1 to 1000000
          --learning-rate -1   | learningRate must be above 0
          --batch 0            | batchSize must be 1
          --clip-norm 0        | --clip-norm must be above 0
          --clip-norm NaN      | --clip-norm must be above 0
          --momentum 0.9       | --momentum is for --optimiser sgd
          --validation 1       | --validation must be 0 to 0.9
          --patience 0         | --patience must be at least 1
          --engine tea         | --engine must be one of pytorch, dl4j
          --schedule linear    | constant, cosine, step or warmup-cosine
          """)
  void argumentsAreRefusedWithExitCode2(String option, String words) {
    assertThat(run(training("m.onnx", option.split(" ")))).as(err).isEqualTo(2);
    assertThat(err.lines()).hasSize(2).first().asString().contains(words);
  }

  @Test
  void lossThatIsNotFiniteNamesTheEpoch() throws Exception {
    Files.writeString(file("t.csv"), "a,b,y\n1e30,1,7\n1,1e30,8\n2e30,2,5\n1,2,4\n5,6,2\n");
    assertThat(refused(training("m.onnx", "--learning-rate", "1000", "--optimiser", "sgd")))
        .contains("epoch 1: the loss is no longer finite", "smaller learning rate");
  }

  private byte[] withNaN() throws IOException {
    OnnxModel model = ModelSpec.logistic(2, 1, 1).build();
    Parameter first = model.layout().parameters().getFirst();
    assertThat(first.offset()).isZero();
    byte[] bytes = model.bytes();
    byte[] weight = new byte[Float.BYTES];
    ByteBuffer.wrap(weight).order(ByteOrder.LITTLE_ENDIAN).putFloat(model.initialVector()[0]);
    for (int i = 0; i < bytes.length - weight.length; i++) {
      if (Arrays.equals(bytes, i, i + weight.length, weight, 0, weight.length)) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(i, Float.NaN);
        return bytes;
      }
    }
    throw new AssertionError("the weight is in the file");
  }

  /// A sound beginning, as protobuf writes it, with one small node again and again.
  private static byte[] manyNodes(int count) {
    byte[] node = "\n\u000c\n\u0001x\u0012\u0001y\"\u0004Relu".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(16 + count * node.length);
    file.put(new byte[] {0x08, 8, 0x42, 2, 0x10, 20, 0x3a}); // IR 8, opset 20, the graph
    int size = count * node.length;
    for (; size >= 0x80; size >>>= 7) {
      file.put((byte) ((size & 0x7f) | 0x80));
    }
    file.put((byte) size);
    for (int i = 0; i < count; i++) {
      file.put(node);
    }
    return Arrays.copyOf(file.array(), file.position());
  }

  private String[] training(String model, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--model",
                at(model),
                "--data",
                at("t.csv"),
                "--label",
                "y",
                "--out",
                at("out.onnx"),
                "--json"));
    arguments.addAll(List.of(more));
    Map.of("--epochs", "2", "--validation", "0")
        .forEach(
            (option, value) -> {
              if (!arguments.contains(option)) {
                arguments.addAll(List.of(option, value));
              }
            });
    return arguments.toArray(String[]::new);
  }

  private String[] scoring() {
    return new String[] {
      "score", "--model", at("out.onnx"), "--data", at("t.csv"), "--out", at("s.csv"), "--force"
    };
  }

  private void done(String... arguments) {
    assertThat(run(arguments)).as(err).isZero();
  }

  /// Exit code 1, one line, and no file that was not there.
  private String refused(String... arguments) throws IOException {
    List<Path> before = files();
    assertThat(run(arguments)).as(out + err).isEqualTo(1);
    assertThat(err.lines()).as(err).hasSize(1);
    assertThat(files()).isEqualTo(before);
    return err;
  }

  private int run(String... arguments) {
    StringWriter shown = new StringWriter();
    StringWriter wrong = new StringWriter();
    int code = Main.run(new PrintWriter(shown), new PrintWriter(wrong), arguments);
    out = shown.toString();
    err = wrong.toString();
    return code;
  }

  private List<Path> files() throws IOException {
    try (var all = Files.list(temporary)) {
      return all.sorted().toList();
    }
  }

  private Path file(String name) {
    return temporary.resolve(name);
  }

  private String at(String name) {
    return file(name).toString();
  }
}

package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.endtoend.Caisson.Ended;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.score.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A researcher's desk: a model is made, trained and used, each by a command of its own.
final class LocalUseIT {
  @TempDir private Path temporary = Path.of("");

  /// y is 1 where a > b; c is noise.
  @BeforeEach
  void table() throws IOException {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>(List.of("id,a,b,c,y"));
    List<String> shuffled = new ArrayList<>(List.of("c,y,b,id,a"));
    for (int row = 0; row < 400; row++) {
      float a = random.nextFloat();
      float b = random.nextFloat();
      float c = random.nextFloat();
      String y = a > b ? "ill" : "healthy";
      lines.add("p%d,%s,%s,%s,%s".formatted(row, a, b, c, y));
      shuffled.add("%s,%s,%s,p%d,%s".formatted(c, y, b, row, a));
    }
    Files.write(file("t.csv"), lines);
    Files.write(file("shuffled.csv"), shuffled);
    Files.writeString(file("spec.yaml"), "kind: logistic\ninputs: 3\nseed: 4\n");
  }

  @Test
  void modelIsMadeTrainedAndUsed() throws Exception {
    done("model", "init", "--spec", at("spec.yaml"), "--out", at("m.onnx"));
    JsonNode info = json(done("model", "info", at("m.onnx"), "--json"));
    assertThat(info.path("numbers").asInt()).isEqualTo(4);
    assertThat(info.path("parameters").path(1).path("offset").asInt()).isEqualTo(3);
    assertThat(json(done("model", "check", at("m.onnx"), "--json")).path("trains").asBoolean())
        .isTrue();

    JsonNode trained = json(done(training("m2.onnx")));
    // a perfect line divides the two; chance alone would need an AUC of 0.5 ± 0.06 (80 rows)
    assertThat(trained.path("validation").path("AUC").asDouble()).isGreaterThan(0.95);
    assertThat(trained.path("validation").path("rows").asInt()).isEqualTo(80);
    assertThat(trained.path("label").path("classes").path(1).asText()).isEqualTo("ill");
    done(training("again.onnx"));
    assertThat(file("again.onnx")).hasSameBinaryContentAs(file("m2.onnx"));

    String told =
        done(
                "score",
                "--model",
                at("m2.onnx"),
                "--data",
                at("shuffled.csv"),
                "--label",
                "y",
                "--out",
                at("s.csv"))
            .out();
    assertThat(told).contains("400 rows of logits", "put in the model's order", "against 'y'");
    List<String> scores = Files.readAllLines(file("s.csv"));
    assertThat(scores).hasSize(401).first().isEqualTo("id,logit");
    assertThat(scores.get(7)).isEqualTo("p6," + ownScore(6));
  }

  /// Images of 6 by 6, a pixel a column: bright on the left or on the right.
  @Test
  void networkOfConvolutionsTrainsFromATableOfPixels() throws Exception {
    Random random = new Random(6);
    List<String> lines = new ArrayList<>();
    lines.add("side," + String.join(",", IntStream.range(0, 36).mapToObj(i -> "p" + i).toList()));
    for (int row = 0; row < 120; row++) {
      boolean left = random.nextBoolean();
      StringBuilder line = new StringBuilder(left ? "left" : "right");
      for (int i = 0; i < 36; i++) {
        line.append(',').append((i % 6 < 3) == left ? random.nextFloat() : random.nextFloat() / 2);
      }
      lines.add(line.toString());
    }
    Files.write(file("images.csv"), lines);
    Files.writeString(
        file("cnn.yaml"), "kind: cnn\nheight: 6\nwidth: 6\nconvolutions: [4]\noutputs: 2\n");
    done("model", "init", "--spec", at("cnn.yaml"), "--out", at("cnn.onnx"));
    JsonNode trained =
        json(
            done(
                ("train --label side --epochs 12 --batch 16 --learning-rate 0.02 --clip-norm 1"
                        + " --schedule warmup-cosine --json --model %s --data %s --out %s")
                    .formatted(at("cnn.onnx"), at("images.csv"), at("cnn2.onnx"))
                    .split(" ")));
    // 24 images whose sides differ by 3.3 standard deviations of chance; a guess gets half of them
    assertThat(trained.path("validation").path("accuracy").asDouble()).isGreaterThan(0.85);
    JsonNode recipe = trained.path("recipe");
    assertThat(recipe.path("schedule").asText()).isEqualTo("warmup-cosine");
    assertThat(recipe.path("clipNorm").asDouble()).isEqualTo(1);

    done(
        "score --probabilities --label side --model %s --data %s --out %s"
            .formatted(at("cnn2.onnx"), at("images.csv"), at("s.csv"))
            .split(" "));
    assertThat(Files.readAllLines(file("s.csv")))
        .hasSize(121)
        .first()
        .isEqualTo("row,probability_left,probability_right");
  }

  @Test
  void whatCannotBeDoneIsSaidAndNothingIsWritten() throws Exception {
    done("model", "init", "--spec", at("spec.yaml"), "--out", at("m.onnx"));
    Files.writeString(file("m2.onnx"), "precious");
    assertThat(refused(training("m2.onnx"))).contains("m2.onnx is there already", "--force");
    assertThat(file("m2.onnx")).hasContent("precious");

    Files.writeString(file("t.csv"), "a,b,y\n1,2,ill\n3,4,healthy\n");
    assertThat(refused(training("m3.onnx"))).contains("has 2 features (a, b)", "takes 3");
    Files.writeString(file("t.csv"), "a,b,c,y\n1,2,3,ill\n3,x,4,healthy\n");
    assertThat(refused(training("m3.onnx"))).contains("line 3", "column 'b'", "'x'");
    assertThat(file("m3.onnx")).doesNotExist();
    assertThat(file("m3.onnx.json")).doesNotExist();

    Files.writeString(file("broken.onnx"), "no model");
    Ended check = run("model", "check", at("broken.onnx"));
    assertThat(check.exitCode()).isEqualTo(3);
    assertThat(check.out()).contains("will not train");
  }

  private String[] training(String out) {
    return new String[] {
      "train",
      "--model",
      at("m.onnx"),
      "--data",
      at("t.csv"),
      "--label",
      "y",
      "--epochs",
      "15",
      "--learning-rate",
      "0.1",
      "--out",
      at(out),
      "--json"
    };
  }

  /// The score of a row of the table in its first order, without the command.
  private float ownScore(int row) throws Exception {
    String[] cells = Files.readAllLines(file("t.csv")).get(row + 1).split(",", -1);
    float[] x = {
      Float.parseFloat(cells[1]), Float.parseFloat(cells[2]), Float.parseFloat(cells[3])
    };
    try (Scorer scorer = Scorer.open(OnnxModel.load(file("m2.onnx")), 1)) {
      return scorer.logits(x, 1)[0];
    }
  }

  private Ended done(String... arguments) throws IOException, InterruptedException {
    Ended ended = run(arguments);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return ended;
  }

  private String refused(String... arguments) throws IOException, InterruptedException {
    Ended ended = run(arguments);
    assertThat(ended.exitCode()).as(ended.out()).isEqualTo(1);
    assertThat(ended.err().lines()).as(ended.err()).hasSize(1);
    return ended.err();
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    return new Caisson(temporary.resolve("scratch")).run(arguments);
  }

  private static JsonNode json(Ended ended) throws IOException {
    return new ObjectMapper().readTree(ended.lastLine());
  }

  private Path file(String name) {
    return temporary.resolve(name);
  }

  private String at(String name) {
    return file(name).toString();
  }
}

package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A process that trains by one engine loads no class of the other's libraries, and so none of its
/// natives: both bring an OpenMP and a BLAS of their own. Looks at a process that trains one model;
/// a site's gets its engine from the same registry.
final class EnginesApartIT {
  @TempDir private Path scratch;

  @BeforeEach
  void makeTableAndModel() throws Exception {
    Random random = new Random(3);
    StringBuilder csv = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 60; i++) {
      double a = random.nextGaussian();
      csv.append("%.3f,%.3f,%d%n".formatted(a, random.nextGaussian(), a > 0 ? 1 : 0));
    }
    Files.writeString(scratch.resolve("t.csv"), csv.toString());
    Files.writeString(scratch.resolve("spec.yaml"), "kind: mlp\ninputs: 2\nhidden: [4]\n");
    done("model", "init", "--spec", at("spec.yaml"), "--out", at("m.onnx"));
  }

  @ParameterizedTest
  @CsvSource({"pytorch,ai.djl.,org.nd4j.", "dl4j,org.nd4j.,ai.djl."})
  void noClassOfTheOtherEnginesLibrariesIsLoaded(String engine, String own, String others)
      throws Exception {
    Path classes = scratch.resolve("classes-of-" + engine);
    Caisson caisson =
        new Caisson(scratch).withJavaOptions("-Xlog:class+load:file=" + classes + ":none");
    done(
        caisson,
        "train --model %s --data %s --label y --epochs 2 --engine %s --device cpu --out %s"
            .formatted(at("m.onnx"), at("t.csv"), engine, at(engine + ".onnx"))
            .split(" "));
    assertThat(Files.readAllLines(classes))
        .anyMatch(line -> line.startsWith(own))
        .noneMatch(line -> line.startsWith(others));
    assertThat(scratch.resolve(engine + ".onnx.json"))
        .content()
        .contains("\"engine\" : \"%s\"".formatted(engine));
  }

  private void done(String... arguments) throws Exception {
    done(new Caisson(scratch), arguments);
  }

  private static void done(Caisson caisson, String... arguments) throws Exception {
    Caisson.Ended ended = caisson.run(arguments);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
  }

  private String at(String name) {
    return scratch.resolve(name).toString();
  }
}

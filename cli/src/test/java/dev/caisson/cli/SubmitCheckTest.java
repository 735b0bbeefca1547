package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.build.Architecture;
import dev.caisson.runtime.build.Transformer;
import dev.caisson.trust.Digest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `caisson study submit` sees before it speaks to anybody.
final class SubmitCheckTest {
  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  private int submit(String engine) throws Exception {
    Path plan = folder.resolve("plan.yaml");
    Files.writeString(
        plan,
        """
        version: caisson/study/v1
        name: small
        project: trial
        sites: [a, b, c]
        rounds: 2
        seed: 7
        dataset: %s
        hold-out: {fraction: 0.3}
        training: {epochs: 1, batch: 16, optimiser: sgd, learning-rate: 0.1, engine: %s}
        aggregation:
          threshold: 3
          clip-norm: 2
          weights: {mode: fixed-denominator, maximum: 500, denominator: 300}
          upload-after-ms: 0
          seconds-per-round: 30
        audit: {smallest-cell: 5, max-persons: 500}
        """
            .formatted(Digest.ofText("a description"), engine));
    Architecture transformer = new Transformer(0, 4, 4, 8, 2, 1, 16, 0, 1, 1);
    Path model = folder.resolve("m.onnx");
    Files.write(model, transformer.build().bytes());
    return Main.run(
        new PrintWriter(new StringWriter(), true),
        new PrintWriter(err, true),
        "study",
        "submit",
        plan.toString(),
        "--model",
        model.toString(),
        "--as",
        folder.resolve("nobody").toString());
  }

  @Test
  void refusesAModelThatThePlansEngineLacksAnOperationFor() throws Exception {
    assertThat(submit("dl4j")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .contains("no site can train this model with training.engine 'dl4j': ")
        .contains("LayerNormalization", "the dl4j engine lacks it; the pytorch engine has it");
  }

  /// The next thing that is wrong is said instead: there is no such person.
  @Test
  void anEngineThatHasEverythingIsNoObstacle() throws Exception {
    assertThat(submit("pytorch")).isEqualTo(1);
    assertThat(err.toString()).contains("nobody").doesNotContain("engine");
  }

  private int submitWith(String more, String... options) throws Exception {
    Path plan = folder.resolve("plan.yaml");
    submit("pytorch"); // writes plan and model
    err.getBuffer().setLength(0);
    Files.writeString(plan, Files.readString(plan) + more);
    List<String> all = new ArrayList<>(List.of("study", "submit", plan.toString()));
    all.addAll(List.of("--as", folder.resolve("nobody").toString()));
    all.addAll(List.of(options));
    return Main.run(
        new PrintWriter(new StringWriter(), true),
        new PrintWriter(err, true),
        all.toArray(new String[0]));
  }

  @Test
  void aWarmStartNeedsTheBundleItsSignerAndThePlansWord() throws Exception {
    String bundle = Files.createDirectory(folder.resolve("bundle")).toString();
    String start = "warm-start: %s\n".formatted(Digest.ofText("a model"));
    String signer = Digest.ofText("a key").toString();
    assertThat(submitWith("", "--warm-start", bundle)).isEqualTo(1);
    assertThat(err.toString()).contains("the plan does not say that it starts from a released");
    assertThat(submitWith(start)).isEqualTo(1);
    assertThat(err.toString()).contains("name its bundle with --warm-start");
    assertThat(submitWith(start, "--warm-start", bundle)).isEqualTo(1);
    assertThat(err.toString()).contains("say whose releases you trust");
    assertThat(submitWith(start, "--warm-start", bundle, "--signer", "ann")).isEqualTo(1);
    assertThat(err.toString()).contains("--signer must be a fingerprint");
    assertThat(submitWith(start, "--warm-start", bundle, "--signer", signer)).isEqualTo(1);
    assertThat(err.toString()).contains("is no release to start from", "is missing");
    String named = start + "warm-start-signer: %s\n".formatted(Digest.ofText("another"));
    assertThat(submitWith(named, "--warm-start", bundle, "--signer", signer)).isEqualTo(1);
    assertThat(err.toString()).contains("they must be the same key");
    assertThat(submitWith(start, "--warm-start", bundle, "--model", "m.onnx")).isEqualTo(1);
    assertThat(err.toString()).contains("both bring a model file");
  }

  @Test
  void refusesPersonalParametersThatTheModelHasNot() throws Exception {
    assertThat(
            submitWith(
                "personal: [\"nothing*\"]\n", "--model", folder.resolve("m.onnx").toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("personal: the model has no parameter 'nothing*'");
  }
}

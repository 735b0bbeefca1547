package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.cli.endtoend.Caisson.Ended;
import dev.caisson.trust.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A study that starts from the model that a real demo released.
final class WarmStartIT {
  @TempDir private Path folder = Path.of("");

  private Ended submit(Digest model, String signer) throws Exception {
    Path plan = folder.resolve("plan.yaml");
    Files.writeString(
        plan,
        """
        version: caisson/study/v1
        name: next
        project: trial
        sites: [a, b, c]
        rounds: 2
        seed: 7
        dataset: %s
        hold-out: {fraction: 0.3}
        warm-start: %s
        training: {epochs: 1, batch: 16, optimiser: sgd, learning-rate: 0.1}
        aggregation:
          threshold: 3
          clip-norm: 2
          weights: {mode: equal}
          upload-after-ms: 0
          seconds-per-round: 30
        audit: {smallest-cell: 5, max-persons: 500}
        """
            .formatted(Digest.ofText("a description"), model));
    Ended ended =
        new Caisson(folder)
            .run(
                "study",
                "submit",
                plan.toString(),
                "--warm-start",
                FinishedDemo.get().bundle().toString(),
                "--signer",
                signer,
                "--as",
                folder.resolve("stranger").toString());
    assertThat(ended.exitCode()).isEqualTo(1);
    return ended;
  }

  /// The next thing that is wrong is said of the right one: there is no such person.
  @Test
  void aReleaseByTheTrustedKeyIsTakenAndNothingElse() throws Exception {
    String signer = FinishedDemo.get().json().get("signer").textValue();
    Digest released = Digest.ofFile(FinishedDemo.get().bundle().resolve("model.onnx"));
    assertThat(submit(released, signer).err()).contains("stranger").doesNotContain("release");
    assertThat(submit(Digest.ofText("another"), signer).err()).contains("the plan's warm-start is");
    assertThat(submit(released, Digest.ofText("a key").toString()).err())
        .contains("is not the key you trust");
  }
}

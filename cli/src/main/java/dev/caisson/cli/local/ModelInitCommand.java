package dev.caisson.cli.local;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.build.Architecture;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson model init`: a few lines of YAML become an ONNX file.
@Command(
    name = "init",
    description =
        "Make an ONNX model from a spec: kind mlp, logistic, cnn, resnet18 or transformer, its "
            + "sizes, and a seed for the first weights. Equal specs give equal files.")
final class ModelInitCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Option(
      names = "--spec",
      required = true,
      paramLabel = "S.yaml",
      description = "The model in a few words; see docs/how-to/train-locally.md.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path spec;

  @Option(names = "--out", required = true, paramLabel = "M.onnx", description = "The new file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path out;

  @Option(names = "--force", description = "Replace the file if it is there.")
  private boolean force;

  @Override
  public Integer call() throws IOException, BadYamlException, CommandFailure {
    try (OutFile file = OutFile.at(out, force)) {
      OnnxModel model = Architecture.read(YamlNode.read(spec)).build();
      file.write(model);
      answer.give(
          Answer.object()
              .put("file", out.toString())
              .put("model", model.graph().name())
              .put("numbers", ModelFile.weights(model))
              .put("digest", model.digest().toString()),
          "wrote %s: %s with %,d trainable numbers, %s"
              .formatted(out, model.graph().name(), ModelFile.weights(model), model.digest()));
    }
    return 0;
  }
}

package dev.caisson.cli.local;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Limits;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.score.Scorer;
import java.io.IOException;
import java.nio.file.Path;

/// Opens a model file, and names it in whatever is wrong with it.
final class ModelFile {
  private ModelFile() {}

  static OnnxModel load(Path file) throws IOException, CommandFailure {
    try {
      return OnnxModel.load(file, Limits.LOCAL);
    } catch (InvalidModelException e) {
      throw refused(file, e);
    }
  }

  static Scorer scorer(Path file, OnnxModel model, int threads) throws CommandFailure {
    try {
      return Scorer.open(model.inOneFile(), threads);
    } catch (InvalidModelException e) {
      throw refused(file, e);
    }
  }

  /// Numbers that follow the gradient; running statistics are not among them.
  static long weights(OnnxModel model) {
    return model.layout().parameters().stream()
        .filter(parameter -> parameter.kind() == Parameter.Kind.WEIGHT)
        .mapToLong(Parameter::length)
        .sum();
  }

  /// Whether two paths name one place, links aside: `--force` must not destroy what is read.
  static boolean isSame(Path one, Path other) {
    return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
  }

  static CommandFailure refused(Path file, Exception why) {
    return new CommandFailure("%s: %s".formatted(file, why.getMessage()), why);
  }
}

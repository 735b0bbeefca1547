package dev.caisson.cli.bench;

import java.nio.file.Path;

/// Where what is assessed lies.
record AssessmentFiles(Path folder) {
  AssessmentFiles {
    folder = folder.toAbsolutePath();
  }

  Path members(int rows) {
    return folder.resolve("members-%d.csv".formatted(rows));
  }

  Path nonMembers(int rows) {
    return folder.resolve("non-members-%d.csv".formatted(rows));
  }

  Path model() {
    return folder.resolve("mlp.onnx");
  }
}

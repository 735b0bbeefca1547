package dev.caisson.runtime.device;

import java.util.Arrays;
import java.util.Optional;

/// What computes on devices: the two that train and the one that scores.
public enum EngineKind {
  PYTORCH("pytorch"),
  DL4J("dl4j"),
  ONNX_RUNTIME("onnxruntime");

  private final String label;

  EngineKind(String label) {
    this.label = label;
  }

  /// The name in plans and reports.
  public String label() {
    return label;
  }

  public static Optional<EngineKind> ofLabel(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
  }
}

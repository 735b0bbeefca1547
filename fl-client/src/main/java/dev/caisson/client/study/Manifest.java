package dev.caisson.client.study;

import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;

/// The engine's parameter layout in the words of the protocol.
public final class Manifest {
  private Manifest() {}

  /// The manifest of a model file's trainable parameters and their initial values.
  public static ParameterManifest of(OnnxModel model) {
    float[] vector = model.initialVector();
    return new ParameterManifest(
        model.layout().parameters().stream().map(p -> entry(model, p, vector)).toList());
  }

  private static ParameterManifest.Entry entry(
      OnnxModel model, Parameter parameter, float[] vector) {
    return new ParameterManifest.Entry(
        parameter.name(),
        parameter.shape().dimensions().stream().map(d -> Math.toIntExact(d.longValue())).toList(),
        parameter.offset(),
        model.layout().digestOf(parameter, vector));
  }
}

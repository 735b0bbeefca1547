package dev.caisson.client.study;

import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.PersonalPart;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import java.util.ArrayList;
import java.util.List;

/// The engine's parameter layout in the words of the protocol.
public final class Manifest {
  private Manifest() {}

  /// The manifest of a model file's trainable parameters and their initial values.
  public static ParameterManifest of(OnnxModel model) {
    return of(model, PersonalPart.NONE);
  }

  /// The same of those that are shared.
  public static ParameterManifest of(OnnxModel model, PersonalPart personal) {
    float[] vector = model.initialVector();
    List<ParameterManifest.Entry> entries = new ArrayList<>();
    int offset = 0;
    for (Parameter parameter : new SharedPart(model, personal).parameters()) {
      entries.add(entry(model, parameter, offset, vector));
      offset += parameter.length();
    }
    return new ParameterManifest(entries);
  }

  private static ParameterManifest.Entry entry(
      OnnxModel model, Parameter parameter, int offset, float[] vector) {
    return new ParameterManifest.Entry(
        parameter.name(),
        parameter.shape().dimensions().stream().map(d -> Math.toIntExact(d.longValue())).toList(),
        offset,
        model.layout().digestOf(parameter, vector),
        parameter.kind() == Parameter.Kind.STATISTIC);
  }
}

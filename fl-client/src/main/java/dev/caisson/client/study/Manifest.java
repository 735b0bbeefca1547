package dev.caisson.client.study;

import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.PersonalPart;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.trust.Digest;
import java.security.MessageDigest;
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
    List<ParameterManifest.Entry> entries = new ArrayList<>();
    int offset = 0;
    for (Parameter parameter : new SharedPart(model, personal).parameters()) {
      entries.add(entry(model, parameter, offset));
      offset += parameter.length();
    }
    return new ParameterManifest(entries);
  }

  private static ParameterManifest.Entry entry(OnnxModel model, Parameter parameter, int offset) {
    MessageDigest values = Digest.sha256();
    values.update(model.content(parameter));
    return new ParameterManifest.Entry(
        parameter.name(),
        parameter.shape().dimensions().stream().map(d -> Math.toIntExact(d.longValue())).toList(),
        offset,
        Digest.ofBytes(values.digest()),
        parameter.kind() == Parameter.Kind.STATISTIC);
  }
}

package dev.caisson.protocol.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.wire.Parameter;
import dev.caisson.trust.Digest;

/// Parameter manifests on the wire.
public final class Manifests {
  private Manifests() {}

  public static dev.caisson.protocol.wire.ParameterManifest toWire(ParameterManifest manifest) {
    var out = dev.caisson.protocol.wire.ParameterManifest.newBuilder();
    for (ParameterManifest.Entry entry : manifest.entries()) {
      Parameter.Builder parameter =
          Parameter.newBuilder()
              .setName(entry.name())
              .setOffset(entry.offset())
              .setDigest(ByteString.copyFrom(entry.digest().bytes()))
              .setStatistic(entry.statistic());
      entry.shape().forEach(parameter::addShape);
      out.addParameters(parameter);
    }
    return out.build();
  }

  /// An `IllegalArgumentException` says what a manifest from outside has wrong.
  public static ParameterManifest fromWire(dev.caisson.protocol.wire.ParameterManifest wire) {
    return new ParameterManifest(
        wire.getParametersList().stream()
            .map(
                p ->
                    new ParameterManifest.Entry(
                        p.getName(),
                        p.getShapeList().stream().map(Math::toIntExact).toList(),
                        Math.toIntExact(p.getOffset()),
                        Digest.ofBytes(p.getDigest().toByteArray()),
                        p.getStatistic()))
            .toList());
  }
}

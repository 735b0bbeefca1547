package dev.caisson.cli.people;

import dev.caisson.airlock.release.BundleVerifier;
import dev.caisson.airlock.release.Trust;
import dev.caisson.airlock.release.Verification;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.study.WarmStart;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The model of a release bundle, to start a study from: the bundle is verified as `caisson verify`
/// does it, signed by the key that the researcher or the plan names, and its model is the one that
/// the plan names.
final class ReleasedModel {
  /// Where a bundle keeps its model.
  private static final String MODEL = "model.onnx";

  private ReleasedModel() {}

  /// @param signer the fingerprint that the researcher names, if any
  static OnnxModel of(StudyPlan plan, Path bundle, @Nullable String signer)
      throws IOException, CommandFailure {
    WarmStart start =
        plan.method()
            .warmStart()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "the plan does not say that it starts from a released model: add"
                            + " 'warm-start: ' and the digest of %s, or remove --warm-start"
                                .formatted(bundle.resolve(MODEL))));
    Digest trusted = trusted(start, signer);
    switch (BundleVerifier.verify(bundle, new Trust.Fingerprint(trusted))) {
      case Verification.Failed(var problems) ->
          throw new CommandFailure(
              "%s is no release to start from: %s"
                  .formatted(
                      bundle,
                      problems.stream().map(Object::toString).collect(Collectors.joining("; "))));
      case Verification.Verified verified -> {
        if (!verified.model().equals(start.model())) {
          throw new CommandFailure(
              "the plan's warm-start is %s, the released model is %s"
                  .formatted(start.model(), verified.model()));
        }
      }
    }
    byte[] file = Files.readAllBytes(bundle.resolve(MODEL));
    if (!Digest.of(file).equals(start.model())) {
      throw new CommandFailure("%s changed while it was read".formatted(bundle.resolve(MODEL)));
    }
    try {
      return OnnxModel.parse(file);
    } catch (InvalidModelException e) {
      throw new CommandFailure("%s: %s".formatted(bundle.resolve(MODEL), e.getMessage()), e);
    }
  }

  private static Digest trusted(WarmStart start, @Nullable String signer) throws CommandFailure {
    Optional<Digest> said = Optional.empty();
    if (signer != null) {
      try {
        said = Optional.of(Digest.parse(signer));
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(
            "--signer must be a fingerprint, sha256: and 64 hex digits, got '%s'".formatted(signer),
            e);
      }
    }
    if (said.isPresent() && start.signer().isPresent() && !said.equals(start.signer())) {
      throw new CommandFailure(
          "--signer is %s, the plan's warm-start-signer %s: they must be the same key"
              .formatted(said.get(), start.signer().get()));
    }
    return said.or(start::signer)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "say whose releases you trust: --signer and the fingerprint of the airlock's"
                        + " key, or 'warm-start-signer' in the plan"));
  }
}

package dev.caisson.cli.people;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.airlock.release.BundleVerifier;
import dev.caisson.airlock.release.Trust;
import dev.caisson.airlock.release.Verification;
import dev.caisson.cli.answer.Answer;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson verify`: checks a release bundle, offline.
@Command(
    name = "verify",
    description =
        "Check a release bundle offline: every file, both signatures, the reviewers' decisions. "
            + "Exit code 0 if all is as signed, 1 if anything differs.")
public final class VerifyCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Answer answer = new Answer();

  @Parameters(paramLabel = "BUNDLE", description = "The bundle's folder.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path bundle;

  @Option(
      names = "--signer",
      paramLabel = "FINGERPRINT",
      description =
          "The airlock's fingerprint (sha256:...), learned from its people rather than from the "
              + "bundle. Without it anybody could have signed.")
  private @Nullable String signer;

  @Override
  public Integer call() throws IOException {
    Trust trust = trust();
    switch (BundleVerifier.verify(bundle, trust)) {
      case Verification.Verified verified -> {
        ObjectNode json =
            Answer.object()
                .put("verified", true)
                .put("candidate", verified.candidate())
                .put("model", verified.model().toString())
                .put("released", verified.released().toString())
                .put("signer", verified.signer().toString())
                .put("signerTrusted", verified.signerTrusted());
        verified.approvers().forEach(json.putArray("approvers")::add);
        answer.give(
            json,
            "%s is as it was released".formatted(verified.candidate()),
            "  model     " + verified.model(),
            "  reviewed  by " + String.join(" and ", verified.approvers()),
            "  released  " + verified.released(),
            "  " + verified.aboutSigner());
        return 0;
      }
      case Verification.Failed(List<Verification.Problem> problems) -> {
        PrintWriter err = spec.commandLine().getErr();
        err.println("%s is NOT as it was released; do not use it:".formatted(bundle));
        ObjectNode json = Answer.object().put("verified", false);
        ArrayNode list = json.putArray("problems");
        for (Verification.Problem problem : problems) {
          err.println("  " + problem);
          list.addObject().put("file", problem.file()).put("what", problem.what());
        }
        answer.give(json);
        return 1;
      }
    }
  }

  private Trust trust() {
    if (signer == null) {
      return new Trust.Nobody();
    }
    try {
      return new Trust.Fingerprint(Digest.parse(signer));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--signer: " + e.getMessage(), e);
    }
  }
}

package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.server.member.CoordinatorHome;
import dev.caisson.server.member.RefusedException;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson coordinator init`.
@Command(
    name = "init",
    description =
        "Make a coordinator's home: the federation's authority, the coordinator's keys, its database."
            + " All keys are made here and stay here.")
public final class InitCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "The folder to make; it must not be a home already.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(
      names = "--federation",
      required = true,
      paramLabel = "NAME",
      description = "What the federation is called, in its authority's certificate.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String federation;

  @Option(
      names = "--certificate-days",
      defaultValue = "30",
      paramLabel = "N",
      description =
          "How long certificates are good, 1 to 825 (default: ${DEFAULT-VALUE}). Processes renew"
              + " theirs after two thirds of it.")
  private int days;

  @Override
  public Integer call() throws IOException, CommandFailure {
    try {
      KeyFiles keys = CoordinatorHome.init(home, federation, days, InstantSource.system());
      Digest identity = keys.identity().identity().fingerprint();
      answer.give(
          Answer.object()
              .put("home", home.toString())
              .put("federation", federation)
              .put("identity", identity.toString())
              .put("words", Words.ofOne(identity))
              .put("certificateDays", days),
          "%s is the home of the federation '%s'".formatted(home, federation),
          "identity   " + Words.ofOne(identity),
          "certificates are good for %d days and are renewed before".formatted(days),
          "",
          "next:",
          "  caisson coordinator token --home %s --role site --name NAME   (one for each member)"
              .formatted(home),
          "  caisson coordinator run --home %s --host ADDRESS --port PORT".formatted(home),
          "keep %s/authority.pem secret, and a copy of the home offline".formatted(home));
      return 0;
    } catch (RefusedException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }
}

package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.server.member.Members;
import dev.caisson.server.member.RefusedException;
import dev.caisson.server.store.CoordinatorDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `caisson coordinator revoke`.
@Command(
    name = "revoke",
    description =
        "Void every certificate of a name, and its token. A running coordinator closes the name's"
            + " connections within a minute; the airlock, too, while it reaches the coordinator.")
public final class RevokeCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "The coordinator's home.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(
      names = "--reason",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "Why; it stays in the list of members.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String reason;

  @Parameters(paramLabel = "NAME", description = "Whom.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  @Override
  public Integer call() throws IOException, CommandFailure {
    KeyFiles.load(home.resolve("keys")); // nothing is made where no home is
    try {
      int certificates =
          new Members(CoordinatorDatabase.open(home), InstantSource.system()).revoke(name, reason);
      say(answer, name, certificates);
      return 0;
    } catch (RefusedException e) {
      throw new CommandFailure("not revoked: " + e.getMessage(), e);
    }
  }

  static void say(Answer answer, String name, int certificates) {
    answer.give(
        Answer.object().put("name", name).put("certificates", certificates),
        certificates == 0
            ? "'%s' is revoked; this coordinator knew no good certificate of it".formatted(name)
            : "'%s' is revoked; certificates that are void now: %d".formatted(name, certificates),
        "if it was a site or a researcher, custodians accept a roster without it: caisson site roster");
  }
}

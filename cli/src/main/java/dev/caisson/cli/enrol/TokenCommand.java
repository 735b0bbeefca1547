package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.server.member.CoordinatorHome;
import dev.caisson.server.member.Members;
import dev.caisson.server.member.RefusedException;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson coordinator token`.
@Command(
    name = "token",
    description =
        "Issue a one-time token with which its holder enrols. The coordinator may be running. A"
            + " second token for a name replaces the first.")
public final class TokenCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Mixin private final MemberRole member = new MemberRole();

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "The coordinator's home.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Override
  public Integer call() throws IOException, CommandFailure {
    CoordinatorHome.requireWhole(home);
    KeyFiles keys = KeyFiles.load(home.resolve("keys"));
    try {
      Members.Issued issued =
          new Members(CoordinatorDatabase.open(home), InstantSource.system())
              .issueToken(
                  member.caller(),
                  Duration.ofHours(member.hours()),
                  member.already(),
                  Digest.of(Certificates.bytes(keys.authority())));
      TokenWords.print(answer, member.caller(), issued.token().text(), issued.expires().toString());
      return 0;
    } catch (RefusedException e) {
      throw new CommandFailure("no token: " + e.getMessage(), e);
    }
  }
}

package dev.caisson.cli.custody;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.ledger.RoundHistory.Round;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `caisson site allow-repeat`.
@Command(
    name = "allow-repeat",
    description =
        "Let one more round sum over a state that this site has sent numbers for, whoever takes part. "
            + "DANGEROUS: the two sums can be subtracted, which may single out one site's update. "
            + "Without it a round is repeated only with the same numbers over the same sites.")
public final class AllowRepeatCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final SiteHome home = new SiteHome();

  @Option(
      names = "--study",
      required = true,
      paramLabel = "NAME",
      description = "The study, as 'caisson site rounds' shows it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String study;

  @Option(
      names = "--round",
      required = true,
      paramLabel = "NAME",
      description = "The round whose state may be summed over once more.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String round;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; it stays in the ledger.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String reason;

  @Override
  public Integer call() throws IOException, CommandFailure {
    JournalEntry.Begun begun =
        home.history().rounds().reversed().stream()
            .filter(r -> r.study().equals(study) && r.name().equals(round))
            .filter(r -> r.uploaded().isPresent())
            .findFirst()
            .flatMap(Round::begun)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "this site sent no numbers in %s of study '%s'; see 'caisson site rounds'"
                            .formatted(round, study)));
    KeyFiles keys = home.keys();
    Permit permit;
    try {
      permit =
          new Permit.AnswerAgain(
              keys.self().name(),
              begun.scope(),
              begun.state(),
              reason,
              Instant.now().toEpochMilli());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
    Path file = home.leave(permit, keys);
    spec.commandLine()
        .getOut()
        .println(
            "%s: one more round over state %s may pass; the agent takes it in when it would refuse"
                .formatted(file, begun.state()));
    return 0;
  }
}

package dev.caisson.cli.custody;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
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

/// `caisson site resume`.
@Command(
    name = "resume",
    description =
        "Let a halted site take part again. DANGEROUS: what it answered since its backup was made "
            + "it no longer knows, and may answer again. Make sure that no second agent runs.")
public final class ResumeCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Answer answer = new Answer();

  @Mixin private final SiteHome home = new SiteHome();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; it stays in the ledger.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String reason;

  @Override
  public Integer call() throws IOException, CommandFailure {
    SiteHome.checkReason(spec, reason);
    JournalEntry.Halted halted =
        home.history()
            .journal()
            .halted()
            .orElseThrow(() -> new CommandFailure("this site is not halted; nothing was changed"));
    KeyFiles keys = home.keys();
    Permit permit =
        new Permit.Resume(
            keys.self().name(), halted.height(), reason, Instant.now().toEpochMilli());
    Path file = home.leave(permit, keys);
    answer.give(
        Answer.object()
            .put("permit", file.toString())
            .put("site", keys.self().name())
            .put("height", halted.height()),
        "%s: the agent takes it in when the next round begins; %s saw height %d, it goes on above that"
            .formatted(file, String.join(", ", halted.claims().keySet()), halted.height()));
    return 0;
  }
}

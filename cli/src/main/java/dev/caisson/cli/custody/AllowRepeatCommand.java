package dev.caisson.cli.custody;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.ledger.RoundHistory.Round;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

  @Mixin private final Answer answer = new Answer();

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
      names = "--state",
      paramLabel = "DIGEST",
      description = "The state, where the round's name stands for several.")
  private @Nullable String state;

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
    Optional<Digest> wanted = wantedState();
    JournalEntry.Begun begun = begun(wanted);
    KeyFiles keys = home.keys();
    if (home.waiting().stream().anyMatch(permit -> isFor(permit, begun))) {
      throw new CommandFailure(
          "a permit for state %s is waiting already; nothing was changed".formatted(begun.state()));
    }
    Permit permit =
        new Permit.AnswerAgain(
            keys.self().name(), begun.scope(), begun.state(), reason, Instant.now().toEpochMilli());
    Path file = home.leave(permit, keys);
    answer.give(
        Answer.object()
            .put("permit", file.toString())
            .put("site", keys.self().name())
            .put("study", study)
            .put("round", round)
            .put("state", begun.state().toString()),
        "%s: one more round over state %s may pass; the agent takes it in when it would refuse"
            .formatted(file, begun.state()));
    return 0;
  }

  private static boolean isFor(Permit permit, JournalEntry.Begun begun) {
    return permit instanceof Permit.AnswerAgain again
        && again.scope().equals(begun.scope())
        && again.state().equals(begun.state());
  }

  private Optional<Digest> wantedState() {
    try {
      return Optional.ofNullable(state).map(Digest::parse);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--state must be a digest (sha256: and 64 hex digits), got " + state);
    }
  }

  /// The coordinator chooses the names of studies and rounds and may choose one twice: where a name
  /// stands for two states, the custodian says which is meant.
  private JournalEntry.Begun begun(Optional<Digest> wanted) throws IOException, CommandFailure {
    Map<Digest, JournalEntry.Begun> states = new LinkedHashMap<>();
    for (Round each : home.history().rounds()) {
      if (each.study().equals(study) && each.name().equals(round) && each.uploaded().isPresent()) {
        each.begun()
            .filter(begun -> wanted.isEmpty() || begun.state().equals(wanted.get()))
            .ifPresent(begun -> states.put(begun.state(), begun));
      }
    }
    if (states.isEmpty()) {
      throw new CommandFailure(
          "this site sent no numbers%s in %s of study '%s'; see 'caisson site rounds'"
              .formatted(state == null ? "" : " for state " + state, round, study));
    }
    if (states.size() > 1) {
      throw new CommandFailure(
          "%s of study '%s' names rounds over different states; say which with --state: %s"
              .formatted(round, study, states.keySet()));
    }
    return states.values().iterator().next();
  }
}

package dev.caisson.cli.custody;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.ledger.RoundHistory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `caisson site rounds`.
@Command(
    name = "rounds",
    description =
        "Say what this site did in each round: with whom, what it sent, what it revealed of whom, "
            + "and whether the sums together single it out. Reads the ledger; nothing is sent.")
public final class RoundsCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final SiteHome home = new SiteHome();

  @Option(names = "--study", paramLabel = "NAME", description = "Only the rounds of this study.")
  private @Nullable String study;

  @Option(names = "--json", description = "One JSON object instead of words.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure {
    PrintWriter out = spec.commandLine().getOut();
    RoundHistory history = home.history();
    List<RoundHistory.Round> rounds =
        history.rounds().stream().filter(r -> study == null || r.study().equals(study)).toList();
    if (study != null && rounds.isEmpty()) {
      throw new CommandFailure(
          "no round of study '%s' is in the ledger; it has rounds of %s"
              .formatted(
                  study,
                  history.rounds().stream().map(RoundHistory.Round::study).distinct().toList()));
    }
    RoundsReport report =
        new RoundsReport(home.keys().self().name(), history, rounds, home.waiting());
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(report.json()));
    } else {
      report.print(out);
    }
    return 0;
  }
}

package dev.caisson.cli.people;

import dev.caisson.cli.answer.PlainText;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.protocol.wire.RoundAttempt;
import dev.caisson.protocol.wire.SiteStanding;
import dev.caisson.protocol.wire.Timings;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson study show`.
@Command(
    name = "show",
    description =
        "Show a study: its plan, state and reason, where each site stands, the round under way, every"
            + " time limit, and the latest rounds.")
final class StudyShow implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final PersonHome me = new PersonHome();

  @Parameters(paramLabel = "STUDY", description = "The study's name, as submit printed it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String study;

  @Option(names = "--json", description = "One JSON object instead of words.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure {
    PrintWriter out = PlainText.over(spec.commandLine().getOut());
    try (StudiesClient client = me.studies()) {
      StudiesClient.Detail detail = client.show(study);
      if (json) {
        out.println(StudyJson.detail(detail));
      } else {
        print(detail, out);
      }
      return 0;
    }
  }

  private static void print(StudiesClient.Detail detail, PrintWriter out) {
    StudiesClient.Summary study = detail.summary();
    out.println(
        "study      %s, submitted by '%s' at %s"
            .formatted(study.study(), study.submitter(), study.created()));
    out.println("state      %s since %s".formatted(study.state(), study.updated()));
    out.println("reason     " + study.reason());
    out.println("rounds     %d of %d done".formatted(study.roundsDone(), study.roundsPlanned()));
    detail.attempt().ifPresent(attempt -> out.println("under way  " + underWay(attempt)));
    if (!detail.pinned().isEmpty()) {
      out.println("repeated   over exactly: " + String.join(", ", detail.pinned()));
    }
    Timings t = detail.timings();
    out.println(
        "limits     a round %s, its vectors not before %s, a lost connection %s, the sum's check %s"
            .formatted(
                seconds(t.getRound()),
                seconds(t.getUploadAfter()),
                seconds(t.getGrace()),
                seconds(t.getCheck())));
    out.println(
        "           sites that are away %s, or %s where the others are enough"
            .formatted(seconds(t.getPatience()), seconds(t.getEnough())));
    out.println();
    TextTable sites = new TextTable("site", "standing", "reason");
    for (SiteStanding site : detail.sites()) {
      sites.row(site.getSite(), site.getStanding(), site.getReason());
    }
    out.println(sites);
    if (!detail.rounds().isEmpty()) {
      out.println();
      out.println(rounds(detail));
    }
    out.println();
    out.print(detail.plan());
  }

  private static TextTable rounds(StudiesClient.Detail detail) {
    TextTable table = new TextTable("round", "purpose", "sites", "ms", "figures");
    for (StudiesClient.Round round : detail.rounds()) {
      StringBuilder figures = new StringBuilder();
      round
          .metrics()
          .forEach(
              (name, value) ->
                  figures
                      .append(figures.isEmpty() ? "" : "  ")
                      .append("%s %.4f".formatted(name, value)));
      table.row(
          Integer.toString(round.round()),
          round.purpose(),
          Integer.toString(round.survivors().size()),
          Long.toString(round.milliseconds()),
          figures.toString());
    }
    return table;
  }

  private static String underWay(RoundAttempt attempt) {
    String phase =
        switch (attempt.getPhase()) {
          case "collecting" -> "masked vectors come in";
          case "answering" -> "sites answer for the sum";
          default -> "ended without a sum";
        };
    return "%s-%d since %s: %s"
        .formatted(
            attempt.getPurpose(),
            attempt.getAttempt(),
            Instant.ofEpochMilli(attempt.getStarted()),
            phase);
  }

  private static String seconds(long milliseconds) {
    return milliseconds % 1000 == 0
        ? milliseconds / 1000 + " s"
        : "%.1f s".formatted(milliseconds / 1000.0);
  }
}

package dev.caisson.cli.people;

import dev.caisson.cli.answer.PlainText;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.progress.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `caisson study list`.
@Command(name = "list", description = "Show the studies that you submitted.")
final class StudyListing implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final PersonHome me = new PersonHome();

  @Option(names = "--json", description = "One JSON object a line, one for each study.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure {
    PrintWriter out = PlainText.over(spec.commandLine().getOut());
    try (StudiesClient client = me.studies()) {
      List<StudiesClient.Summary> studies = client.list();
      if (json) {
        studies.forEach(study -> out.println(StudyJson.summary(study)));
      } else if (studies.isEmpty()) {
        out.println("no studies yet; try: caisson study submit");
      } else {
        out.println(table(studies));
      }
      return 0;
    }
  }

  private static TextTable table(List<StudiesClient.Summary> studies) {
    TextTable table = new TextTable("study", "state", "rounds", "reason");
    for (StudiesClient.Summary study : studies) {
      table.row(
          study.study(),
          study.state(),
          study.roundsDone() + "/" + study.roundsPlanned(),
          study.reason());
    }
    return table;
  }
}

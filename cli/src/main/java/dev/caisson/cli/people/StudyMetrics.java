package dev.caisson.cli.people;

import dev.caisson.cli.answer.PlainText;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson study metrics`.
@Command(
    name = "metrics",
    description =
        "Print the study's curve: the figures of each completed round, as CSV. A round's figures are"
            + " those of the state that it started from; the last line is the final state's.")
final class StudyMetrics implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final PersonHome me = new PersonHome();

  @Parameters(paramLabel = "STUDY", description = "The study's name, as submit printed it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String study;

  @Option(names = "--json", description = "One JSON object a line, one for each round.")
  private boolean json;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "Write the curve as an event file for TensorBoard into this folder, too.")
  private @Nullable Path tensorboard;

  @Override
  public Integer call() throws IOException, CommandFailure {
    PrintWriter out = PlainText.over(spec.commandLine().getOut());
    try (StudiesClient client = me.studies()) {
      List<StudiesClient.Round> rounds = new ArrayList<>();
      client.metrics(study, rounds::add);
      if (tensorboard != null && !rounds.isEmpty()) {
        events(rounds, tensorboard);
      }
      if (json) {
        rounds.forEach(round -> out.println(StudyJson.round(round)));
      } else {
        csv(rounds, out);
      }
      return 0;
    }
  }

  /// The step of a point is its round; that of the final state is one more than the last round.
  private static void events(List<StudiesClient.Round> rounds, Path folder) throws IOException {
    try (EventFile file = EventFile.create(folder, rounds.getFirst().ended())) {
      for (StudiesClient.Round round : rounds) {
        for (Map.Entry<String, Double> metric : round.metrics().entrySet()) {
          file.scalar(metric.getKey(), round.round(), round.ended(), metric.getValue());
        }
        if (round.purpose().equals("train")) {
          file.scalar("round/seconds", round.round(), round.ended(), round.milliseconds() / 1000.0);
          file.scalar("round/survivors", round.round(), round.ended(), round.survivors().size());
        }
      }
    }
  }

  private static void csv(List<StudiesClient.Round> rounds, PrintWriter out) {
    SortedSet<String> metrics = new TreeSet<>();
    rounds.forEach(round -> metrics.addAll(round.metrics().keySet()));
    out.println(
        "round,purpose,attempt,ended,milliseconds,survivors,bytes_out"
            + (metrics.isEmpty() ? "" : "," + String.join(",", metrics)));
    for (StudiesClient.Round round : rounds) {
      StringBuilder line = new StringBuilder();
      line.append(round.round()).append(',').append(round.purpose());
      line.append(',').append(round.attempt()).append(',').append(round.ended());
      line.append(',').append(round.milliseconds()).append(',').append(round.survivors().size());
      line.append(',').append(round.bytesOut().values().stream().mapToLong(b -> b).sum());
      for (String metric : metrics) {
        Double value = round.metrics().get(metric);
        line.append(',').append(value == null ? "" : value.toString());
      }
      out.println(line);
    }
  }
}

package dev.caisson.cli.people;

import dev.caisson.cli.answer.PlainText;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.protocol.enrol.Renewal;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson study watch`.
@Command(
    name = "watch",
    description =
        "Print what happens in a study until it is over. A connection that breaks, or a coordinator"
            + " that starts again, is waited for.")
final class StudyWatch implements Callable<Integer> {
  /// A coordinator that is away for longer is looked after by its operator.
  private static final Duration LONGEST_LOSS = Duration.ofMinutes(30);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final PersonHome me = new PersonHome();

  @Parameters(paramLabel = "STUDY", description = "The study's name, as submit printed it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String study;

  @Option(names = "--json", description = "One JSON object a line, one for each event.")
  private boolean json;

  private String end = "";

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    PrintWriter out = PlainText.over(spec.commandLine().getOut());
    PrintWriter err = PlainText.over(spec.commandLine().getErr());
    Desk desk = me.studiesDesk();
    try (StudiesClient client = new StudiesClient(desk);
        Renewal _ = desk.renewing()) {
      client.watch(
          study,
          new StudiesClient.Listener() {
            private long lostSince;

            @Override
            public boolean seen(StudiesClient.Event event) {
              lostSince = 0;
              out.println(json ? StudyJson.event(study, event) : line(event));
              out.flush();
              end = event.state();
              return true;
            }

            @Override
            public boolean lost(String why) {
              long now = System.nanoTime();
              if (lostSince == 0) {
                lostSince = now;
                err.println("the coordinator is %s; waiting for it".formatted(why));
                err.flush();
              }
              return now - lostSince < LONGEST_LOSS.toNanos();
            }
          });
    }
    return end.equals("failed") ? 1 : 0;
  }

  private static String line(StudiesClient.Event event) {
    StringBuilder line = new StringBuilder("%-9s  ".formatted(event.state()));
    line.append(event.text());
    event.metrics().forEach((name, value) -> line.append("  %s %.4f".formatted(name, value)));
    return line.toString();
  }
}

package dev.caisson.cli.people;

import dev.caisson.cli.answer.PlainText;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson study pause`, `resume` and `cancel`. Each may be given again without harm.
abstract class StudyControl implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final PersonHome me = new PersonHome();

  @Parameters(paramLabel = "STUDY", description = "The study's name, as submit printed it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String study;

  @Option(names = "--json", description = "One JSON object instead of words.")
  private boolean json;

  abstract StudiesClient.Summary ask(StudiesClient client, String study) throws CommandFailure;

  @Override
  public final Integer call() throws IOException, CommandFailure {
    try (StudiesClient client = me.studies()) {
      StudiesClient.Summary now = ask(client, study);
      PlainText.over(spec.commandLine().getOut())
          .println(
              json
                  ? StudyJson.summary(now)
                  : "%s  %s  %s".formatted(now.study(), now.state(), now.reason()).stripTrailing());
      return 0;
    }
  }

  @Command(
      name = "pause",
      description =
          "Have a study stand still after the round under way; it stays so over restarts.")
  static final class Pause extends StudyControl {
    @Override
    StudiesClient.Summary ask(StudiesClient client, String study) throws CommandFailure {
      return client.pause(study);
    }
  }

  @Command(name = "resume", description = "Have a paused study go on where it was.")
  static final class Resume extends StudyControl {
    @Option(
        names = "--without-missing",
        description =
            "Where sites may have answered for the sum under way: take it over other sites too."
                + " Those that answered refuse, unless their custodians have permitted a repeat"
                + " (caisson site allow-repeat).")
    private boolean withoutMissing;

    @Override
    StudiesClient.Summary ask(StudiesClient client, String study) throws CommandFailure {
      return client.resume(study, withoutMissing);
    }
  }

  @Command(name = "cancel", description = "End a study at once; its sites are told.")
  static final class Cancel extends StudyControl {
    @Override
    StudiesClient.Summary ask(StudiesClient client, String study) throws CommandFailure {
      return client.cancel(study);
    }
  }
}

package dev.caisson.cli.people;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.cli.run.Group;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Role;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson study`: what a researcher does.
@Command(
    name = "study",
    description = "Submit studies and watch them train.",
    subcommands = {StudyCommand.Submit.class, StudyCommand.Listing.class, StudyCommand.Watch.class},
    synopsisSubcommandLabel = "COMMAND")
public final class StudyCommand extends Group {

  /// `caisson study submit`.
  @Command(name = "submit", description = "Submit a plan; prints the study's name.")
  static final class Submit implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin private final PersonHome me = new PersonHome();

    @Parameters(paramLabel = "PLAN", description = "The study plan, a YAML file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path plan;

    @Option(
        names = "--model",
        paramLabel = "FILE",
        description = "The ONNX file to train; not needed where the plan has a 'model' section.")
    private @Nullable Path model;

    @Override
    public Integer call() throws IOException, CommandFailure, InterruptedException {
      StudyPlan read = readPlan();
      OnnxModel file = readModel(read);
      requireEngine(read, file);
      try (StudiesClient studies = new StudiesClient(Desk.open(me.path(), Role.RESEARCHER))) {
        spec.commandLine().getOut().println(studies.submit(read, file));
      }
      return 0;
    }

    /// Refuses a model with an operation that the plan's engine has not: no site would train it.
    /// What an engine lacks of an operation's settings the sites say, who open the model.
    private static void requireEngine(StudyPlan read, OnnxModel file) throws CommandFailure {
      String engine = read.training().engine().key();
      List<String> lacks = Engines.named(engine).lacks(file);
      if (!lacks.isEmpty()) {
        throw new CommandFailure(
            "no site can train this model with training.engine '%s': %s"
                .formatted(engine, String.join("; ", lacks)));
      }
    }

    private StudyPlan readPlan() throws IOException, CommandFailure {
      if (!Files.isRegularFile(plan) || Files.size(plan) > StudyPlan.MAX_TEXT) {
        throw new CommandFailure(
            "%s is not a plan: it must be a file of at most %d bytes"
                .formatted(plan, StudyPlan.MAX_TEXT));
      }
      try {
        return PlanReader.read(plan.toString(), Files.readAllBytes(plan));
      } catch (BadYamlException e) {
        throw new CommandFailure(String.valueOf(e.getMessage()), e);
      }
    }

    private OnnxModel readModel(StudyPlan read) throws IOException, CommandFailure {
      if (read.model().isPresent() && model != null) {
        throw new CommandFailure(
            "the plan describes its model, so --model is one too many: remove one of them");
      }
      if (read.model().isPresent()) {
        return PlannedModel.of(read.model().get(), read.seed());
      }
      if (model == null) {
        throw new CommandFailure(
            "the plan has no 'model' section: name the ONNX file with --model");
      }
      try {
        return OnnxModel.load(model).inOneFile();
      } catch (InvalidModelException e) {
        throw new CommandFailure("%s: %s".formatted(model, e.getMessage()), e);
      }
    }
  }

  /// `caisson study list`.
  @Command(name = "list", description = "Show the studies that you submitted.")
  static final class Listing implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin private final PersonHome me = new PersonHome();

    @Override
    public Integer call() throws IOException, CommandFailure {
      PrintWriter out = spec.commandLine().getOut();
      try (StudiesClient client =
          new StudiesClient(Desk.open(me.path(), Role.RESEARCHER, Role.AUDITOR, Role.ADMIN))) {
        List<StudiesClient.Summary> studies = client.list();
        if (studies.isEmpty()) {
          out.println("no studies yet; try: caisson study submit");
          return 0;
        }
        TextTable table = new TextTable("study", "state", "rounds", "reason");
        for (StudiesClient.Summary study : studies) {
          table.row(
              study.study(),
              study.state(),
              study.roundsDone() + "/" + study.roundsPlanned(),
              study.reason());
        }
        out.println(table);
        return 0;
      }
    }
  }

  /// `caisson study watch`.
  @Command(name = "watch", description = "Print what happens in a study until it is over.")
  static final class Watch implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin private final PersonHome me = new PersonHome();

    @Parameters(paramLabel = "STUDY", description = "The study's name, as submit printed it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String study;

    @Override
    public Integer call() throws IOException, CommandFailure {
      PrintWriter out = spec.commandLine().getOut();
      String[] end = {""};
      try (StudiesClient client =
          new StudiesClient(Desk.open(me.path(), Role.RESEARCHER, Role.AUDITOR, Role.ADMIN))) {
        client.watch(
            study,
            StudiesClient.Listener.toTheEnd(
                event -> {
                  StringBuilder line = new StringBuilder("%-9s  ".formatted(event.state()));
                  line.append(event.text());
                  event
                      .metrics()
                      .forEach((name, value) -> line.append("  %s %.4f".formatted(name, value)));
                  out.println(line);
                  out.flush();
                  end[0] = event.state();
                }));
      }
      return end[0].equals("failed") ? 1 : 0;
    }
  }
}

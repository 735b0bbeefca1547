package dev.caisson.cli.people;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.run.Group;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Limits;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
    description = "Submit studies, watch them train, and steer them.",
    subcommands = {
      StudyCommand.Submit.class,
      StudyListing.class,
      StudyShow.class,
      StudyWatch.class,
      StudyControl.Pause.class,
      StudyControl.Resume.class,
      StudyControl.Cancel.class,
      StudyMetrics.class
    },
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

    @Option(
        names = "--warm-start",
        paramLabel = "FOLDER",
        description = "The release bundle to start from; the plan names its model by 'warm-start'.")
    private @Nullable Path warmStart;

    @Option(
        names = "--signer",
        paramLabel = "FINGERPRINT",
        description = "The airlock's key that must have signed that bundle.")
    private @Nullable String signer;

    @Option(names = "--json", description = "One JSON object instead of the name alone.")
    private boolean json;

    @Override
    public Integer call() throws IOException, CommandFailure, InterruptedException {
      StudyPlan read = readPlan();
      OnnxModel file = readModel(read);
      requireEngine(read, file);
      requireDivisible(read, file);
      try (StudiesClient studies = me.studies()) {
        String study = studies.submit(read, file);
        spec.commandLine().getOut().println(json ? StudyJson.submitted(study) : study);
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

    /// Refuses a plan whose personal parameters the model has not: no site would admit it.
    private static void requireDivisible(StudyPlan read, OnnxModel file) throws CommandFailure {
      Optional<String> objection =
          read.personal()
              .objection(file.layout().parameters().stream().map(Parameter::name).toList());
      if (objection.isPresent()) {
        throw new CommandFailure(objection.get());
      }
    }

    private StudyPlan readPlan() throws IOException, CommandFailure {
      if (Files.notExists(plan)) {
        throw new CommandFailure("%s: there is no such plan; check the path".formatted(plan));
      }
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

    /// As one file: an ONNX file if it may be one at a site, else packed.
    private static OnnxModel travelling(OnnxModel model) throws IOException, InvalidModelException {
      if (model.oneFileLength() <= Limits.DEFAULT.bytes()) {
        return model.inOneFile();
      }
      Path folder = Files.createTempDirectory("caisson-model");
      Path packed = folder.resolve("model");
      try {
        model.pack(packed);
        return OnnxModel.open(packed, Limits.ofStudy(VectorSpec.MAX_LENGTH)); // mapped from here on
      } finally {
        Files.deleteIfExists(packed);
        Files.deleteIfExists(folder);
      }
    }

    private OnnxModel readModel(StudyPlan read) throws IOException, CommandFailure {
      if (warmStart != null) {
        if (model != null) {
          throw new CommandFailure(
              "--model and --warm-start both bring a model file: remove one of them");
        }
        return ReleasedModel.of(read, warmStart, signer);
      }
      if (read.method().warmStart().isPresent()) {
        throw new CommandFailure(
            "the plan starts from a released model: name its bundle with --warm-start");
      }
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
        return travelling(OnnxModel.load(model, Limits.LOCAL));
      } catch (InvalidModelException e) {
        throw new CommandFailure("%s: %s".formatted(model, e.getMessage()), e);
      }
    }
  }
}

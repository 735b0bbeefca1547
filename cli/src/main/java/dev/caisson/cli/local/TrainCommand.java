package dev.caisson.cli.local;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.progress.Progress;
import dev.caisson.runtime.device.DeviceChoice;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.Devices;
import dev.caisson.runtime.device.EngineKind;
import dev.caisson.runtime.device.Placement;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.MemoryNeed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `caisson train`: one model, one table, on this machine, with the trainer that sites use.
@Command(
    name = "train",
    description = {
      "Train an ONNX model on one table here, with the trainer that sites use. Writes the model "
          + "with other weights, and beside it a note (M2.onnx.json) of the columns, the label's "
          + "classes and how it was trained.",
      "Without --dataset every column but 'id' and the label is a feature, as the number that it "
          + "shows."
    })
public final class TrainCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "The model.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path modelFile;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "T.csv",
      description = "The table: UTF-8, commas, a header line.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path data;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "What to predict (with --dataset, the label that it declares).")
  private @Nullable String label;

  @Option(
      names = "--dataset",
      paramLabel = "dataset.yaml",
      description = "How columns become features, as in a federation.")
  private @Nullable Path dataset;

  @Option(names = "--out", required = true, paramLabel = "M2.onnx", description = "The new file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path out;

  @Option(names = "--force", description = "Replace --out if it is there.")
  private boolean force;

  @Option(
      names = "--epochs",
      required = true,
      paramLabel = "N",
      description = "Passes over the rows, at most.")
  private int epochs;

  @Option(
      names = "--engine",
      defaultValue = "pytorch",
      paramLabel = "NAME",
      description = "Who computes: pytorch or dl4j (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String engine;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "DEVICE",
      description = "Where to compute: auto, cpu or cuda:N (default: auto); see 'caisson devices'.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String device;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "S",
      description = "Decides the division, the order of rows and dropout (default: 1).")
  private long seed;

  @Mixin
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private RecipeOptions recipe;

  @Mixin
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ScheduleOptions schedule;

  @Option(
      names = "--validation",
      defaultValue = "0.2",
      paramLabel = "SHARE",
      description = "Share of the persons to judge by, 0 for none (default: ${DEFAULT-VALUE}).")
  private double validation;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Stop after N epochs without a lower validation loss, and keep the weights of the lowest.")
  private @Nullable Integer patience;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Threads inside one operation (default: 1); another number gives other last digits.")
  private int threads;

  @Option(names = "--json", description = "No progress; print one JSON object.")
  private boolean json;

  private final Supplier<Devices> devices;

  public TrainCommand() {
    this(Devices::ofThisHost);
  }

  /// The seam for tests.
  TrainCommand(Supplier<Devices> devices) {
    this.devices = devices;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, BadYamlException, InterruptedException {
    checkArguments();
    recipe.recipe(Loss.MEAN_SQUARED_ERROR, schedule.schedule(epochs, 1)); // refuses early
    try (OutFile file = OutFile.at(out, force);
        OutFile noteFile = OutFile.at(TrainingNote.fileBeside(out), force)) {
      OnnxModel model = ModelFile.load(modelFile);
      Prepared prepared =
          Prepared.of(
              new Prepared.Sources(modelFile, data, dataset, label),
              model,
              recipe.loss(),
              validation,
              seed);
      TrainingResult result = train(model, prepared);
      file.write(result.model());
      noteFile.write((result.note().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
      command.commandLine().getOut().println(json ? result.json() : result.text());
    }
    return 0;
  }

  private void checkArguments() {
    check(epochs >= 1 && epochs <= 1_000_000, "--epochs must be 1 to 1000000, got " + epochs);
    check(validation >= 0 && validation <= 0.9, "--validation must be 0 to 0.9, got " + validation);
    check(patience == null || patience >= 1, "--patience must be at least 1, got " + patience);
    check(
        patience == null || validation > 0,
        "--patience needs rows to judge by; --validation must be above 0");
    check(threads >= 1 && threads <= 256, "--threads must be 1 to 256, got " + threads);
    check(!ModelFile.isSame(out, data), "--out is the table itself");
    check(
        Engines.find(engine).isPresent(),
        "--engine must be one of %s, got '%s'"
            .formatted(String.join(", ", Engines.names()), engine));
    try {
      DeviceChoice _ = DeviceChoice.parse(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--device: " + e.getMessage());
    }
    check(label != null || dataset != null, "--label is needed where there is no --dataset");
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(command.commandLine(), message);
    }
  }

  private TrainingResult train(OnnxModel model, Prepared prepared)
      throws IOException, CommandFailure, InterruptedException {
    TrainingSet rows = prepared.rows(prepared.division().train());
    TrainingRecipe steps =
        recipe.recipe(
            prepared.coding().loss(), schedule.schedule(epochs, recipe.steps(rows.rows())));
    int[] judging = prepared.division().validation();
    Optional<TrainingSet> judges =
        judging.length == 0 ? Optional.empty() : Optional.of(prepared.rows(judging));
    try (Placement place = place(model, steps);
        Trainer trainer =
            Engines.named(engine).open(model, steps, EngineOptions.at(place, threads));
        Progress progress = Progress.onStderr("epoch", json)) {
      if (!json) {
        command.commandLine().getOut().println(prepared.heading(model, rows, judges));
        if (place.gpusSeen()) {
          command.commandLine().getOut().println("device " + place);
        }
      }
      if (trainer.labels() != 1) {
        throw new CommandFailure(
            "%s needs %,d labels for each row, and a table has one label column here"
                .formatted(modelFile, trainer.labels()));
      }
      Fitting fitting = new Fitting(trainer, steps.loss(), rows, judges);
      Fitting.Fitted fitted = fitting.run(epochs, patience == null ? 0 : patience, seed, progress);
      Optional<Quality> judged =
          judges.isPresent() ? Optional.of(fitting.judge(judges.get())) : Optional.empty();
      return TrainingResult.of(
          new TrainingResult.Files(modelFile, data, out),
          model,
          model.withVector(trainer.vector()),
          prepared,
          fitted,
          new TrainingResult.Sides(rows.rows(), fitting.judge(rows), judging.length, judged),
          options -> {
            options.put("engine", engine).put("device", place.device().toString());
            options.put("seed", seed).put("epochs", epochs);
            recipe.putTo(options);
            schedule.putTo(options, epochs);
            options.put("validation", validation).put("threads", threads);
            if (patience != null) {
              options.put("patience", patience.intValue());
            }
          });
    } catch (TrainingException | InvalidModelException | UnsupportedModelException e) {
      throw ModelFile.refused(modelFile, e);
    } catch (IllegalArgumentException e) {
      throw ModelFile.refused(data, e); // the trainer's word for rows that do not suit the model
    }
  }

  private Placement place(OnnxModel model, TrainingRecipe steps)
      throws CommandFailure, InvalidModelException {
    EngineKind kind = EngineKind.ofLabel(engine).orElseThrow();
    try {
      return devices
          .get()
          .place(
              DeviceChoice.parse(device),
              kind,
              MemoryNeed.of(kind, model, steps),
              "training of " + modelFile.getFileName());
    } catch (DeviceException e) {
      throw new CommandFailure(
          "%s; 'caisson devices' says what can compute here".formatted(e.getMessage()), e);
    }
  }
}

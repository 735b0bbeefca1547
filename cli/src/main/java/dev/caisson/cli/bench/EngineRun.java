package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.Lifeline;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.dl4j.Dl4jEngine;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// One measurement in this process, for [EnginesCommand] to start; prints a line of JSON.
@Command(name = "engine-run", hidden = true, description = "One measurement, for 'bench engines'.")
final class EngineRun implements Callable<Integer> {
  private static final int MEMBERS = 64;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Lifeline lifeline = new Lifeline();

  @Option(names = "--workload", defaultValue = "MLP")
  private Workload workload = Workload.MLP;

  @Option(names = "--model", description = "The graph; by default our own of this size.")
  private @Nullable Path model;

  @Option(names = "--engine", defaultValue = "pytorch")
  private String engine = "pytorch";

  @Option(names = "--seconds", defaultValue = "10")
  private double seconds;

  @Option(names = "--threads", defaultValue = "1")
  private int threads;

  @Option(names = "--device", defaultValue = "cpu", converter = OnDevice.class)
  private Device device = Device.cpu();

  @Option(names = "--scoring", description = "Measure scoring instead: rows per second.")
  private boolean scoring;

  @Option(names = "--steps", description = "Train so many steps and watch the memory instead.")
  private long steps;

  @Option(names = "--ensemble", description = "Measure an ensemble of small models instead.")
  private boolean ensemble;

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    lifeline.hold();
    try {
      Object result = ensemble ? ensemble() : train();
      PrintWriter out = spec.commandLine().getOut();
      out.println(new ObjectMapper().writeValueAsString(result));
      out.flush();
      return 0;
    } catch (InvalidModelException | UnsupportedModelException | TrainingException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private Object train()
      throws IOException,
          InvalidModelException,
          UnsupportedModelException,
          TrainingException,
          InterruptedException {
    OnnxModel graph = model == null ? workload.architecture().build() : OnnxModel.load(model);
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, Optimiser.sgd(0.9), 0.01, workload.batch());
    double imported = ProcessMemory.resident();
    try (Trainer trainer = Engines.named(engine).open(graph, recipe, options())) {
      if (scoring) {
        return score(trainer);
      }
      TrainingSet set = rows(workload.rows(), trainer.features(), trainer.outputs());
      return steps > 0 ? watch(trainer, set) : measure(trainer, set, imported);
    }
  }

  private EngineOptions options() {
    return new EngineOptions(threads, new EngineOptions(threads).bytes(), device);
  }

  /// Rows are taken to the device once for each call, so a call there trains for longer.
  private int epochs() {
    return switch (device) {
      case Device.Cpu _ -> 1;
      case Device.Cuda _ -> 16;
    };
  }

  /// Rows there and outputs back, from and to arrays of Java's.
  private Map<String, Object> score(Trainer trainer) throws TrainingException {
    int rows = Math.clamp((1L << 23) / trainer.features(), 1, 1 << 17);
    float[] x = rows(rows, trainer.features(), trainer.outputs()).x();
    trainer.outputs(x, rows);
    long start = System.nanoTime();
    long done = 0;
    while (System.nanoTime() - start < seconds * 1e9) {
      trainer.outputs(x, rows);
      done += rows;
    }
    double spent = (System.nanoTime() - start) / 1e9;
    return Map.of("workload", workload.label(), "rowsPerSecond", done / spent);
  }

  private Measured measure(Trainer trainer, TrainingSet set, double imported)
      throws IOException, TrainingException, InterruptedException {
    for (long done = 0; done < workload.warmUpSteps(); ) {
      done += trainer.train(set, 1, new Seed(1, done), Progress.NONE).steps();
    }
    long start = System.nanoTime();
    long done = 0;
    long rows = 0;
    while (System.nanoTime() - start < seconds * 1e9) {
      var report = trainer.train(set, epochs(), new Seed(2, done), Progress.NONE);
      done += report.steps();
      rows += report.rows();
    }
    double spent = (System.nanoTime() - start) / 1e9;
    return new Measured(
        "caisson",
        workload.label(),
        "%s, Java %s".formatted(version(), Runtime.version()),
        rows / spent,
        spent / done * 1000,
        done,
        ProcessMemory.peak(),
        imported);
  }

  private String version() {
    return switch (Engines.find(engine).orElseThrow()) {
      case PYTORCH -> "libtorch " + new PyTorchEngine().version();
      case DL4J -> "nd4j " + new Dl4jEngine().version();
    };
  }

  /// Resident memory after a tenth of the steps, when everything has found its size, and at the
  /// end.
  private Map<String, Object> watch(Trainer trainer, TrainingSet set)
      throws IOException, TrainingException, InterruptedException {
    double early = 0;
    long done = 0;
    while (done < steps) {
      done += trainer.train(set, 1, new Seed(1, done), Progress.NONE).steps();
      early = early == 0 && done >= steps / 10 ? ProcessMemory.resident() : early;
    }
    return Map.of(
        "workload",
        workload.label(),
        "steps",
        done,
        "earlyRssMiB",
        early,
        "lateRssMiB",
        ProcessMemory.resident());
  }

  /// Many multi-layer perceptrons 30-64-2 at once, batches of 32.
  private Map<String, Object> ensemble()
      throws InvalidModelException,
          UnsupportedModelException,
          TrainingException,
          InterruptedException {
    OnnxModel graph = ModelSpec.mlp(30, List.of(64), 2, 1).build();
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, Optimiser.sgd(0.9), 0.01, 32);
    try (EnsembleTrainer trainer =
        Engines.named(engine).openEnsemble(graph, MEMBERS, recipe, options())) {
      TrainingSet set = rows(2048, 30, 2);
      List<int[]> rows = Collections.nCopies(MEMBERS, IntStream.range(0, 1024).toArray());
      List<Seed> seeds = IntStream.range(0, MEMBERS).mapToObj(m -> new Seed(1, m)).toList();
      trainer.train(set, rows, seeds, 4, Progress.NONE);
      long start = System.nanoTime();
      long done = 0;
      while (System.nanoTime() - start < seconds * 1e9) {
        trainer.train(set, rows, seeds, 1, Progress.NONE);
        done += 32;
      }
      double micros = (System.nanoTime() - start) / 1e3 / done / MEMBERS;
      return Map.of("models", MEMBERS, "steps", done, "microsecondsPerModelStep", micros);
    }
  }

  private static TrainingSet rows(int rows, int features, int classes) {
    Random random = new Random(1);
    float[] x = new float[rows * features];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] y = new float[rows];
    for (int i = 0; i < rows; i++) {
      y[i] = random.nextInt(classes);
    }
    return new TrainingSet(x, rows, features, y);
  }
}

package dev.caisson.cli.demo;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.progress.Progress;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.engine.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `caisson demo`: three custodians' breast-cancer patients train one model across separate
/// processes, only masked sums leave each, and the model goes through the airlock to a signed
/// release.
@Command(
    name = "demo",
    description = {
      "Train one model across three custodians on this machine and carry it through the airlock: "
          + "real processes, real keys, real data, in one directory that stays."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int MOST_SEEDS = 50;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "A new or empty directory for everything (default: a fresh one in the cache).")
  private @Nullable Path workdir;

  @Option(
      names = "--rounds",
      defaultValue = "20",
      paramLabel = "N",
      description = "Rounds of training (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "S",
      description = "Seed of first weights and batch order (default: ${DEFAULT-VALUE}).")
  private int seed;

  @Option(
      names = "--seeds",
      defaultValue = "5",
      paramLabel = "K",
      description =
          "How many studies to average over, seeds S to S+K-1; the first goes through the airlock "
              + "(default: ${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--engine",
      defaultValue = "pytorch",
      paramLabel = "NAME",
      description = "Who computes at the sites: pytorch or dl4j (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String engine;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Other tables than those that come with Caisson: SITE.csv and dataset.yaml.")
  private @Nullable Path data;

  @Option(
      names = "--port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "The coordinator's port (default: any free one).")
  private int port;

  @Option(
      names = "--patience",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description = "How long a study waits for a site that is away (default: ${DEFAULT-VALUE}).")
  private int patience;

  @Option(
      names = "--json",
      description = "No progress; the last line is a JSON object with the figures.")
  private boolean json;

  private String text = "";

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    check(rounds >= 1 && rounds <= 200, "--rounds must be 1 to 200, got " + rounds);
    check(seed >= 0, "--seed must not be negative, got " + seed);
    check(seeds >= 1 && seeds <= MOST_SEEDS, "--seeds must be 1 to 50, got " + seeds);
    check(
        Engines.find(engine).isPresent(),
        "--engine must be one of %s, got '%s'"
            .formatted(String.join(", ", Engines.names()), engine));
    check(port >= 0 && port <= 65_535, "--port must be 0 to 65535, got " + port);
    check(patience >= 1, "--patience must be at least 1, got " + patience);
    long start = System.nanoTime();
    Path folder = Workdir.prepare(workdir);
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.println("working in " + folder);
    }
    DemoResult result = run(folder, start);
    out.println(json ? result.json() : text);
    return 0;
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private DemoResult run(Path folder, long start)
      throws IOException, CommandFailure, InterruptedException {
    Path tables = data == null ? DemoData.unpack(folder.resolve("data")) : data;
    DatasetDescription dataset = DemoData.description(tables);
    List<String> sites = DemoData.sites(tables);
    DemoData.Persons persons = DemoData.check(tables, sites, dataset);
    Federation federation = Federation.create(folder, tables, sites);
    try (Progress progress = Progress.onStderr("round", json);
        Processes processes = new Processes(federation, progress::say)) {
      processes.start(sites, port, patience);
      progress.say(
          "a coordinator, %d sites and an airlock%s are running, each with its own keys"
              .formatted(sites.size(), processes.airlockIsConfined() ? " (confined)" : ""));
      List<StudyPlan> plans = plans(sites, dataset, persons);
      List<Training.Trained> studies = new ArrayList<>();
      for (StudyPlan plan : plans) {
        Files.writeString(folder.resolve("plan-seed-%d.yaml".formatted(plan.seed())), plan.text());
        studies.add(
            new Training(federation, processes, progress)
                .run(plan, studies.size() * rounds, seeds * rounds));
      }
      Reviewing.Released released =
          new Reviewing(federation, processes, progress::say)
              .release(studies.getFirst().study(), folder);
      progress.say("training each site alone, and all pooled, on the same persons to compare");
      List<Comparison.Aucs> baselines = new ArrayList<>();
      Comparison comparison = new Comparison(federation, dataset, sites);
      for (StudyPlan plan : plans) {
        baselines.add(comparison.train(plan));
      }
      Report report =
          new Report(rounds, sites, studies, baselines, released, federation.identity("airlock"));
      DemoResult result =
          report.result(processes.airlockIsConfined(), (System.nanoTime() - start) / 1e9);
      text = report.text(result);
      return result;
    } catch (BadTableException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private List<StudyPlan> plans(
      List<String> sites, DatasetDescription dataset, DemoData.Persons persons) {
    List<StudyPlan> plans = new ArrayList<>();
    for (int k = 0; k < seeds; k++) {
      plans.add(
          DemoPlan.of(
              rounds,
              seed + k,
              engine,
              sites,
              dataset.digest(),
              dataset.features().width(),
              persons));
    }
    return plans;
  }
}

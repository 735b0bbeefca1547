package dev.caisson.cli.people;

import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.assess.Assessed;
import dev.caisson.airlock.assess.Assessor;
import dev.caisson.airlock.assess.CannotAssessException;
import dev.caisson.airlock.assess.Phases;
import dev.caisson.airlock.assess.Request;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.evidence.Claim;
import dev.caisson.airlock.evidence.UnclearClaimException;
import dev.caisson.airlock.mapping.BadMappingException;
import dev.caisson.airlock.policy.AssessorHome;
import dev.caisson.airlock.policy.Destination;
import dev.caisson.airlock.policy.PolicyFile;
import dev.caisson.airlock.table.Roles;
import dev.caisson.cli.Build;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.local.TrainingNote;
import dev.caisson.cli.progress.Progress;
import dev.caisson.dataset.BadTableException;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.score.ScoringException;
import dev.caisson.trust.MalformedException;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `caisson airlock assess`: what would this model give away? From a file and the rows beside it to
/// a dossier.
@Command(
    name = "assess",
    description = {
      "Assess what a model file would disclose about the people it was trained on. Needs the model, "
          + "the rows it was trained on and rows of like people it was not trained on; writes "
          + "dossier.html for reviewers, dossier.json for machines, their public versions, and the "
          + "sanitised bytes that were tested and may be released.",
      "Exit code: 0 the evidence supports release, 3 a person must decide, 4 it blocks, 2 usage, "
          + "1 failure."
    })
final class AssessCommand implements Callable<Integer> {
  static final int NEEDS_A_PERSON = 3;
  private static final int BLOCKS = 4;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "The model: ONNX. DL4J and PyTorch zips are scanned, never opened, and need --scores.")
  private @Nullable Path model;

  @Option(
      names = "--scores",
      paramLabel = "FILE",
      description =
          "A table of the model's outputs, a row for each --id and a column for each class (or "
              + "'score'): for models from R or elsewhere.")
  private @Nullable Path scores;

  @Option(
      names = "--members",
      required = true,
      paramLabel = "TABLE",
      description = "Whom the model was trained on: CSV, Parquet, or a folder of images.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path members;

  @Option(
      names = "--non-members",
      required = true,
      paramLabel = "TABLE",
      description = "Like people whom it was not trained on.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path nonMembers;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "The column that is predicted; of images, the folder's name.")
  private @Nullable String label;

  @Option(names = "--id", paramLabel = "COLUMN", description = "Names a row; no feature.")
  private @Nullable String id;

  @Option(
      names = "--group",
      paramLabel = "COLUMN",
      description = "Names the person of a row, where people have several; no feature.")
  private @Nullable String group;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "binary, multiclass, regression or survival; otherwise told from label and model.")
  private @Nullable String task;

  @Option(
      names = "--inputs",
      paramLabel = "mapping.yaml",
      description =
          "How the table's columns feed the model; only where names and order do not tell.")
  private @Nullable Path mapping;

  @Option(
      names = "--classes",
      paramLabel = "A,B",
      split = ",",
      description = "The classes in the order of the model's outputs.")
  private List<String> classes = List.of();

  @Option(
      names = "--claimed",
      paramLabel = "METRIC=VALUE",
      description =
          "What the researcher says the model reaches on the non-members, e.g. auc=.81; it must "
              + "come out again.")
  private @Nullable String claimed;

  @Option(
      names = "--policy",
      paramLabel = "policy.yaml",
      description =
          "The release policy, signed. Without one the default's numbers are used, and a person "
              + "must decide.")
  private @Nullable Path policy;

  @Option(
      names = "--destination",
      paramLabel = "WHERE",
      defaultValue = "public",
      description = "public, named, tre or query-only (default: public, the strictest).")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String destination;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Threads for the model's operations (default: 1).")
  private int threads;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "The airlock's folder: whose policies count, keys, and the log of attempts. Without it "
              + "keys and log are in .caisson-airlock beside --out, and no policy counts as signed.")
  private @Nullable Path home;

  @Option(
      names = "--dry-run",
      description =
          "Show five rows from raw columns to outputs, and whether the wiring is believed; decide "
              + "nothing (exit code 3).")
  private boolean dryRun;

  @Option(names = "--out", paramLabel = "DIR", description = "A new folder for the dossier.")
  private @Nullable Path out;

  @Option(names = "--json", description = "No progress; print the verdict as a line of JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure {
    checkArguments();
    Path place = out == null ? Path.of("").toAbsolutePath() : out.toAbsolutePath();
    Path folder = home != null ? home : place.resolveSibling(AssessorHome.USUAL_NAME);
    check(
        out == null || !folder.toAbsolutePath().normalize().startsWith(place.normalize()),
        "--home cannot lie in --out, which is a new folder for one dossier");
    try {
      Request request = request(folder);
      if (dryRun) {
        spec.commandLine().getOut().print(new Assessor(request, (_, _) -> {}).dryRun());
        spec.commandLine().getOut().println("A dry run decides nothing.");
        return NEEDS_A_PERSON;
      }
      try (OutFolder results = OutFolder.at(place)) {
        Assessed assessed = assess(request);
        results.write(assessed);
        tell(assessed, results);
        return code(assessed.dossier().verdict());
      }
    } catch (BadTableException
        | BadMappingException
        | BadYamlException
        | CannotAssessException
        | InvalidModelException
        | MalformedException
        | ScoringException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    } catch (UnclearClaimException e) {
      throw new ParameterException(
          spec.commandLine(), "--claimed: " + String.valueOf(e.getMessage()), e);
    }
  }

  private Assessed assess(Request request)
      throws IOException,
          BadTableException,
          BadMappingException,
          BadYamlException,
          CannotAssessException,
          InvalidModelException {
    try (Progress progress = Progress.onStderr("step", json)) {
      return new Assessor(request, (number, what) -> progress.update(number - 1, Phases.MOST, what))
          .assess();
    }
  }

  private void checkArguments() {
    check(model != null || scores != null, "give --model, or --scores where there is none");
    check(dryRun || out != null, "--out is needed: a new folder for the dossier");
    check(threads >= 1 && threads <= 256, "--threads must be 1 to 256, got " + threads);
    check(
        Destination.labels().containsKey(destination),
        "--destination must be public, named, tre or query-only, got '%s'".formatted(destination));
    check(
        task == null || List.of("binary", "multiclass", "regression", "survival").contains(task),
        "--task must be binary, multiclass, regression or survival, got '%s'".formatted(task));
    check(scores == null || id != null, "--scores needs --id: scores are joined to rows by it");
    check(
        label != null || members.toFile().isDirectory(),
        "--label is needed: the column that is predicted");
    if (claimed != null && task != null) {
      try {
        Claim.parse(claimed, Task.valueOf(task.toUpperCase(Locale.ROOT)));
      } catch (UnclearClaimException e) {
        check(false, String.valueOf(e.getMessage()));
      }
    }
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private Request request(Path folder)
      throws IOException, CommandFailure, BadYamlException, MalformedException {
    PolicyFile ruling =
        policy == null
            ? PolicyFile.standard()
            : PolicyFile.read(
                policy, home == null ? Optional.empty() : AssessorHome.at(folder).trustedSigner());
    return new Request(
        Optional.ofNullable(model),
        Optional.ofNullable(scores),
        members,
        nonMembers,
        roles(),
        Optional.ofNullable(task).map(name -> Task.valueOf(name.toUpperCase(Locale.ROOT))),
        Optional.ofNullable(mapping),
        classes,
        model == null ? List.of() : TrainingNote.featuresBeside(model),
        Optional.ofNullable(claimed),
        ruling,
        policy != null,
        destinationNamed(),
        threads,
        folder,
        "caisson %s (%s)".formatted(Build.read().version(), Build.read().commit()));
  }

  private Destination destinationNamed() {
    Destination named = Destination.labels().get(destination);
    if (named == null) {
      throw new IllegalStateException("checked before");
    }
    return named;
  }

  private Roles roles() {
    try {
      Roles roles = Roles.ofLabel(label == null ? "label" : label);
      roles = id == null ? roles : roles.withId(id);
      return group == null ? roles : roles.withGroup(group);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void tell(Assessed assessed, OutFolder results) {
    PrintWriter to = spec.commandLine().getOut();
    Verdict verdict = assessed.dossier().verdict();
    if (json) {
      to.println(results.json(assessed));
      return;
    }
    to.println(verdict.sentence() + ".");
    assessed.dossier().why().forEach(line -> to.println("- " + line));
    to.println(results.folder().resolve("dossier.html"));
  }

  private static int code(Verdict verdict) {
    return switch (verdict) {
      case SUPPORTS_RELEASE -> 0;
      case NEEDS_A_PERSON -> NEEDS_A_PERSON;
      case BLOCKS -> BLOCKS;
    };
  }
}

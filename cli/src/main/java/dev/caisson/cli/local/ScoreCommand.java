package dev.caisson.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.RowReader;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.score.Scorer;
import dev.caisson.yaml.BadYamlException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `caisson score`: a table through a model, by ONNX Runtime, row by row.
@Command(
    name = "score",
    description = {
      "Score a table with a model through ONNX Runtime. Writes logits (or a regression's "
          + "predictions), one row for each row of the table, after its id.",
      "The note that 'caisson train' left beside the model says which columns it wants; without "
          + "one the table's order counts."
    })
public final class ScoreCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  @Mixin private final Answer answer = new Answer();

  @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "The model.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path modelFile;

  @Option(names = "--data", required = true, paramLabel = "T.csv", description = "The table.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path data;

  @Option(
      names = "--dataset",
      paramLabel = "dataset.yaml",
      description = "How columns become features, as in training.")
  private @Nullable Path dataset;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "A column with the truth: prints how well the model does.")
  private @Nullable String label;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "scores.csv",
      description = "The new table.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path out;

  @Option(names = "--force", description = "Replace --out if it is there.")
  private boolean force;

  @Option(
      names = "--probabilities",
      description = "Write probabilities (sigmoid or softmax of the logits) instead of logits.")
  private boolean probabilities;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads inside one operation (default: 1).")
  private int threads;

  @Override
  public Integer call() throws IOException, CommandFailure, BadYamlException {
    if (threads < 1 || threads > 256) {
      throw new ParameterException(
          command.commandLine(), "--threads must be 1 to 256, got " + threads);
    }
    if (ModelFile.isSame(out, data) || ModelFile.isSame(out, modelFile)) {
      throw new ParameterException(
          command.commandLine(), "--out is the table or the model itself: " + out);
    }
    Optional<DatasetDescription> description =
        dataset == null ? Optional.empty() : Optional.of(DatasetDescription.read(dataset));
    OnnxModel model = ModelFile.load(modelFile);
    Optional<TrainingNote> note = TrainingNote.beside(modelFile, model);
    try (OutFile file = OutFile.at(out, force);
        Scorer scorer = ModelFile.scorer(modelFile, model, threads);
        RowReader rows = open(description, note)) {
      FeatureOrder order =
          FeatureOrder.of(data, rows.features(), modelFile, scorer.features(), note);
      if (label != null) {
        rows.require(label);
      }
      Scores scores =
          new Scores(
              scorer,
              order,
              WholeFeatures.of(model),
              note,
              probabilities,
              description.map(DatasetDescription::idColumn).orElse(LocalTable.ID));
      Optional<Scores.Truth> truth = Optional.ofNullable(label).map(Scores.Truth::new);
      long written;
      try (BufferedWriter to = Files.newBufferedWriter(file.draft())) {
        written = scores.write(rows, to, truth);
      }
      Optional<Quality> quality =
          truth.isPresent() ? Optional.of(judge(truth.get(), scorer, note)) : Optional.empty();
      file.commit();
      tell(written, order, scores, quality);
    } catch (BadTableException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  private RowReader open(Optional<DatasetDescription> description, Optional<TrainingNote> note)
      throws IOException, BadTableException {
    if (description.isPresent()) {
      return RowReader.described(data, description.get());
    }
    Set<String> apart = new HashSet<>(Set.of(LocalTable.ID));
    note.ifPresent(known -> apart.add(known.label()));
    if (label != null) {
      apart.add(label);
    }
    return RowReader.numeric(data, apart);
  }

  private static Quality judge(Scores.Truth truth, Scorer scorer, Optional<TrainingNote> note)
      throws CommandFailure {
    LabelCoding coding =
        LabelCoding.of(
            truth.labels(),
            scorer.outputs(),
            note.map(TrainingNote::loss).orElse(null),
            note.map(TrainingNote::classes).orElse(List.of()));
    return Quality.of(coding.loss(), truth.outputs(), scorer.outputs(), coding.y());
  }

  private void tell(long written, FeatureOrder order, Scores scores, Optional<Quality> quality) {
    ObjectNode json =
        Answer.object()
            .put("file", out.toString())
            .put("rows", written)
            .put("scores", scores.what())
            .put("reordered", order.moved());
    List<String> words = new ArrayList<>();
    words.add(
        "wrote %s: %,d rows of %s%s"
            .formatted(
                out,
                written,
                scores.what(),
                order.moved() ? "; the table's columns were put in the model's order" : ""));
    quality.ifPresent(
        q -> {
          q.putTo(json.putObject("quality").put("label", label));
          words.add("against '%s': %s".formatted(label, q));
        });
    answer.give(json, words);
  }
}

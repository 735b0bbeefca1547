package dev.caisson.cli.local;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.score.Scorer;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// All that `caisson train` decides before the first step.
record Prepared(
    Sources sources,
    LocalTable table,
    Optional<DatasetDescription> description,
    FeatureOrder order,
    WholeFeatures whole,
    TrainingNote note,
    LabelCoding coding,
    Division division) {

  /// What a person named.
  record Sources(Path model, Path data, @Nullable Path dataset, @Nullable String label) {}

  /// Reads the table as the model wants it.
  ///
  /// @param loss where a person named one
  /// @param validation the share of the persons to judge by
  static Prepared of(
      Sources sources, OnnxModel model, @Nullable Loss loss, double validation, long seed)
      throws IOException, CommandFailure, BadYamlException {
    Path data = sources.data();
    Optional<TrainingNote> earlier = TrainingNote.beside(sources.model(), model);
    Optional<DatasetDescription> description =
        sources.dataset() == null
            ? Optional.empty()
            : Optional.of(DatasetDescription.read(sources.dataset()));
    String label = sources.label();
    String column = description.map(d -> d.label().name()).orElse(label == null ? "" : label);
    if (label != null && !label.equals(column)) {
      throw new CommandFailure(
          "%s declares the label '%s', and --label says '%s'"
              .formatted(sources.dataset(), column, label));
    }
    int inputs;
    int outputs;
    try (Scorer scorer = ModelFile.scorer(sources.model(), model, 1)) {
      inputs = scorer.features();
      outputs = scorer.outputs();
    }
    LocalTable table = LocalTable.read(data, description, column);
    FeatureOrder order = FeatureOrder.of(data, table.features(), sources.model(), inputs, earlier);
    LabelCoding coding =
        LabelCoding.of(
            table.label(),
            outputs,
            loss,
            earlier.map(TrainingNote::classes).filter(c -> !c.isEmpty()).orElse(table.declared()));
    if (coding.isOneClass()) {
      throw new CommandFailure(
          "%s: the label '%s' is %s in every row, so there is nothing to learn"
              .formatted(data, column, table.label().distinct().getFirst()));
    }
    TrainingNote note =
        new TrainingNote(
            model.digest(),
            earlier.map(TrainingNote::features).orElse(table.features()),
            column,
            coding.classes(),
            coding.loss());
    return new Prepared(
        sources,
        table,
        description,
        order,
        WholeFeatures.of(model),
        note,
        coding,
        Division.of(table.persons(), validation, seed));
  }

  /// Those persons as the model takes them.
  TrainingSet rows(int[] chosen) throws CommandFailure {
    int width = table.features().size();
    float[] rows = new float[chosen.length * width];
    float[] y = new float[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      table.copyRow(chosen[i], order, rows, i * width);
      OptionalInt wrong = whole.firstWrong(rows, i * width);
      if (wrong.isPresent()) {
        throw new CommandFailure(
            "row %,d of the table: column '%s' holds %s, and %s"
                .formatted(
                    chosen[i] + 1,
                    table.features().get(order.column(wrong.getAsInt())),
                    rows[i * width + wrong.getAsInt()],
                    WholeFeatures.WORDS));
      }
      y[i] = coding.y()[chosen[i]];
    }
    return new TrainingSet(rows, chosen.length, width, y);
  }

  /// What is about to be trained on what, for a person.
  String heading(OnnxModel model, TrainingSet rows, Optional<TrainingSet> judges) {
    return """
        model  %s: %,d features, %,d trainable numbers
        data   %s: %,d rows to train on, %,d to validate%s
        label  %s: %s"""
        .formatted(
            sources.model(),
            rows.features(),
            ModelFile.weights(model),
            sources.data(),
            rows.rows(),
            judges.map(TrainingSet::rows).orElse(0),
            order.moved() ? "; its columns were put in the model's order" : "",
            table.label().name(),
            coding.describe());
  }
}

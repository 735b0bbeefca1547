package dev.caisson.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What a training has come to: the model to write, the note beside it, and both ways of telling.
///
/// @param note what stands beside the model; with `--json` the same is printed
record TrainingResult(
    Files files, OnnxModel model, ObjectNode note, Fitting.Fitted fitted, Sides sides) {

  record Files(Path model, Path data, Path out) {}

  /// How the kept weights do, without dropout, on the rows trained on and on those that judge.
  record Sides(int trained, Quality train, int judged, Optional<Quality> validation) {}

  /// @param options adds what was asked for
  static TrainingResult of(
      Files files,
      OnnxModel from,
      OnnxModel model,
      Prepared prepared,
      Fitting.Fitted fitted,
      Sides sides,
      Consumer<ObjectNode> options)
      throws IOException {
    TrainingNote about = prepared.note();
    ObjectNode note =
        new TrainingNote(
                model.digest(), about.features(), about.label(), about.classes(), about.loss())
            .json();
    note.putObject("from")
        .put("file", files.model().toString())
        .put("digest", from.digest().toString());
    note.putObject("data")
        .put("file", files.data().toString())
        .put("digest", Digest.ofFile(files.data()).toString())
        .put("reordered", prepared.order().moved());
    prepared.description().ifPresent(d -> note.put("dataset", d.digest().toString()));
    options.accept(note.putObject("recipe"));
    note.put("epochsRun", fitted.epochs().size()).put("epochKept", fitted.kept());
    sides.train().putTo(note.putObject("train").put("rows", sides.trained()));
    sides
        .validation()
        .ifPresent(q -> q.putTo(note.putObject("validation").put("rows", sides.judged())));
    if (!fitted.notices().isEmpty()) { // that a batch was taken in pieces, for one
      fitted.notices().forEach(note.putArray("notices")::add);
    }
    var history = note.putArray("history");
    for (Fitting.Epoch epoch : fitted.epochs()) {
      ObjectNode each = history.addObject().put("epoch", epoch.number());
      Quality.put(each, "trainLoss", epoch.trainLoss());
      epoch.validation().ifPresent(q -> q.putTo(each.putObject("validation")));
    }
    return new TrainingResult(files, model, note, fitted, sides);
  }

  /// One line.
  String json() {
    return note.deepCopy().put("out", files.out().toString()).toString();
  }

  String text() {
    List<String> names = new ArrayList<>(List.of("", "rows", "loss"));
    names.addAll(sides.train().figures().keySet());
    TextTable table = new TextTable(names.toArray(String[]::new));
    row(table, "train", sides.trained(), sides.train());
    sides.validation().ifPresent(q -> row(table, "validation", sides.judged(), q));
    int run = fitted.epochs().size();
    return """

        %s

        %s
        wrote %s (%s)
        and   %s, which 'caisson score' reads"""
        .formatted(
            table,
            fitted.kept() == run
                ? "ran %d epochs; the weights are those of the last".formatted(run)
                : "stopped after epoch %d; the weights are those of epoch %d, whose validation loss was the lowest"
                    .formatted(run, fitted.kept()),
            files.out(),
            model.digest(),
            TrainingNote.fileBeside(files.out()));
  }

  private static void row(TextTable table, String name, int rows, Quality quality) {
    List<String> cells = new ArrayList<>(List.of(name, "%,d".formatted(rows)));
    cells.add(Quality.shown(quality.loss()));
    quality.figures().values().forEach(figure -> cells.add(Quality.shown(figure)));
    table.row(cells.toArray(String[]::new));
  }
}

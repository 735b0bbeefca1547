package dev.caisson.cli.local;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.RowReader;
import dev.caisson.dataset.Samples;
import dev.caisson.dataset.Table;
import dev.caisson.dataset.TableLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A labelled table in memory, to train on: with a description exactly as a site reads it, without
/// one every column but `id` and the label as the number that it shows.
final class LocalTable {
  static final String ID = "id";

  private final List<String> features;
  private final float[] x;
  private final List<String> persons;
  private final LabelColumn label;
  private final List<String> declared;

  private LocalTable(
      List<String> features,
      float[] x,
      List<String> persons,
      LabelColumn label,
      List<String> declared) {
    this.features = features;
    this.x = x;
    this.persons = persons;
    this.label = label;
    this.declared = declared;
  }

  static LocalTable read(Path csv, Optional<DatasetDescription> description, String label)
      throws IOException, CommandFailure {
    try {
      return description.isPresent()
          ? described(Table.read(csv, description.get()))
          : numeric(csv, label);
    } catch (BadTableException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private static LocalTable described(Table table) {
    Samples samples = table.samples();
    List<String> values = table.description().label().values();
    LabelColumn label = new LabelColumn(table.description().label().name());
    for (int row = 0; row < samples.rows(); row++) {
      label.add(values.get((int) samples.label(row)), 0);
    }
    return new LocalTable(
        table.description().features().names(), samples.features(), samples.ids(), label, values);
  }

  private static LocalTable numeric(Path csv, String label) throws IOException, BadTableException {
    try (RowReader rows = RowReader.numeric(csv, Set.of(ID, label))) {
      rows.require(label);
      int width = rows.features().size();
      int most = TableLimits.DEFAULT.maxCells() / width;
      float[] x = new float[0];
      List<String> persons = new ArrayList<>();
      LabelColumn labels = new LabelColumn(label);
      while (rows.next()) {
        int row = persons.size();
        if (row == most) {
          throw rows.wrong(label, "the table has more than %,d rows; split it".formatted(most));
        }
        if (row * width == x.length) {
          x = Arrays.copyOf(x, Math.clamp(2L * row, Math.min(1024, most), most) * width);
        }
        rows.copyTo(x, row * width);
        labels.add(rows.text(label), rows.line());
        persons.add(rows.has(ID) ? rows.text(ID) : Integer.toString(row));
      }
      if (persons.isEmpty()) {
        throw rows.wrong("", "the table is empty: no row under the header");
      }
      return new LocalTable(
          rows.features(), Arrays.copyOf(x, persons.size() * width), persons, labels, List.of());
    }
  }

  /// The features' names, in the table's order.
  List<String> features() {
    return features;
  }

  /// Whose row it is, row after row; rows of one person stay on one side of a division.
  List<String> persons() {
    return persons;
  }

  LabelColumn label() {
    return label;
  }

  /// The label's classes, where a description names them; else empty.
  List<String> declared() {
    return declared;
  }

  /// Copies a row to `to[at ..]`, in a model's order.
  void copyRow(int row, FeatureOrder order, float[] to, int at) {
    order.arrange(x, row * features.size(), to, at);
  }
}

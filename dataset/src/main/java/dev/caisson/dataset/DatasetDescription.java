package dev.caisson.dataset;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What every site's table must hold and how a row becomes a model's input: the one agreement about
/// data in a federation, read from `dataset.yaml` and named by its digest.
///
/// Guarantee: features depend on a row and on this description alone, never on other rows, so two
/// sites encode the same person alike and no site's extremes leak into a model through its scaling.
///
/// @param name what the data set is called, for example `breast-cancer-recurrence`
/// @param version of the description, 1 or more; any change of content needs a new one
/// @param description in words, may be empty
/// @param idColumn the column that names the person of a row; never a feature
/// @param ignoresExtraColumns whether columns that are not declared are skipped instead of refused
/// @param missingTexts the cell texts that mean "missing"
/// @param columns in the order of their features
/// @param label what is predicted
public record DatasetDescription(
    String name,
    int version,
    String description,
    String idColumn,
    boolean ignoresExtraColumns,
    List<String> missingTexts,
    List<Column> columns,
    Label label) {
  public static final int MAX_COLUMNS = 2_000;
  private static final String DOMAIN = "caisson/dataset/v1/description";

  public DatasetDescription {
    missingTexts = List.copyOf(missingTexts);
    columns = List.copyOf(columns);
    if (version < 1) {
      throw new IllegalArgumentException("a version is 1 or more, got " + version);
    }
    if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
      throw new IllegalArgumentException(
          "a description needs 1 to %d columns, got %d".formatted(MAX_COLUMNS, columns.size()));
    }
    Column.checkName(idColumn);
    Set<String> names = new HashSet<>(Set.of(idColumn));
    if (!names.add(label.name())) {
      throw new IllegalArgumentException(
          "'%s' cannot be both the id and the label".formatted(idColumn));
    }
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException(
            "the column '%s' is declared twice, or is also the id or the label"
                .formatted(column.name()));
      }
      Encoder.checkMissing(column);
    }
    FeatureMap.of(columns); // refuses two features of one name
  }

  /// Reads a `dataset.yaml` of at most 256 KiB. The format is in `demo-data/README.md`.
  public static DatasetDescription read(Path file) throws IOException, BadYamlException {
    return DescriptionReader.description(YamlNode.read(file));
  }

  /// Reads a description at hand; `source` stands for the file in errors.
  public static DatasetDescription parse(String source, byte[] yaml) throws BadYamlException {
    return DescriptionReader.description(YamlNode.parse(source, yaml));
  }

  /// Names each model input, in order.
  public FeatureMap features() {
    return FeatureMap.of(columns);
  }

  /// Of the canonical form: comments, spacing and key order of the file do not count; every
  /// declared value and the order of the columns do.
  public Digest digest() {
    FieldWriter out =
        new FieldWriter(DOMAIN)
            .text(name)
            .number(version)
            .text(description)
            .text(idColumn)
            .number(ignoresExtraColumns ? 1 : 0);
    texts(out, missingTexts);
    out.number(columns.size());
    for (Column column : columns) {
      write(out, column);
    }
    out.text(label.name()).text(label.description());
    texts(out, label.values());
    return out.toDigest();
  }

  /// In words, for the custodian who decides whether a table may be used this way.
  public String describe() {
    return Wording.of(this);
  }

  private static void write(FieldWriter out, Column column) {
    out.text(column.name()).text(column.unit()).text(column.description());
    switch (column) {
      case Column.Numeric n -> {
        out.text(n.whole() ? "integer" : "number");
        range(out, n.range());
        out.text(n.outside() == Column.Outside.CLAMP ? "clamp" : "refuse");
        out.number(n.log1p() ? 1 : 0);
        range(out, n.to());
      }
      case Column.Category c -> {
        out.text("category");
        texts(out, c.categories());
      }
      case Column.Flag f -> {
        out.text("boolean");
        range(out, f.to());
      }
    }
    switch (column.missing()) {
      case Missing.Refused() -> out.text("refuse");
      case Missing.ReadAs(String cell, boolean indicator) ->
          out.text("read-as").text(cell).number(indicator ? 1 : 0);
    }
  }

  private static void range(FieldWriter out, Range range) {
    out.real(range.low() + 0.0).real(range.high() + 0.0); // -0 and 0 are one number
  }

  private static void texts(FieldWriter out, List<String> texts) {
    out.number(texts.size());
    texts.forEach(out::text);
  }
}

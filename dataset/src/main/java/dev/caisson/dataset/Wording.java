package dev.caisson.dataset;

import java.util.List;

/// A description in plain words.
final class Wording {
  private Wording() {}

  static String of(DatasetDescription d) {
    FeatureMap features = d.features();
    StringBuilder out = new StringBuilder();
    out.append("%s, version %d (%s)\n".formatted(d.name(), d.version(), d.digest()));
    if (!d.description().isEmpty()) {
      out.append(d.description().strip()).append('\n');
    }
    out.append(
        "A row is one person, named by the column '%s', which a model never sees.\n"
            .formatted(d.idColumn()));
    out.append(
        "To be predicted: '%s'%s, one of %s.\n"
            .formatted(d.label().name(), aside(d.label().description()), list(d.label().values())));
    out.append(
        "A model sees these %d numbers per person, made from %d columns:\n"
            .formatted(features.width(), d.columns().size()));
    for (Column column : d.columns()) {
      out.append(
          "  %s%s: %s\n".formatted(column.name(), aside(column.description()), cells(column)));
      for (FeatureMap.Feature feature : FeatureMap.of(column)) {
        out.append("    -> %s: %s\n".formatted(feature.name(), feature.meaning()));
      }
    }
    out.append(
        d.ignoresExtraColumns()
            ? "Other columns of the table are ignored.\n"
            : "A table with other columns is refused.\n");
    return out.toString();
  }

  private static String cells(Column column) {
    String unit = column.unit().equals("1") ? "" : " " + column.unit();
    String cells =
        switch (column) {
          case Column.Numeric n ->
              "%s, %s%s; outside that %s"
                  .formatted(
                      n.whole() ? "a whole number" : "a number",
                      n.range(),
                      unit,
                      n.outside() == Column.Outside.CLAMP
                          ? "the nearer end is taken"
                          : "the table is refused");
          case Column.Category c -> "one of %s%s".formatted(list(c.categories()), unit);
          case Column.Flag _ -> "true or false";
        };
    return cells
        + switch (column.missing()) {
          case Missing.Refused() -> "; may not be missing";
          case Missing.ReadAs(String cell, boolean indicator) ->
              "; if missing, read as %s%s".formatted(cell, indicator ? " and marked" : "");
        };
  }

  private static String aside(String description) {
    return description.isEmpty() ? "" : " (" + description.strip() + ")";
  }

  private static String list(List<String> values) {
    return String.join(", ", values);
  }
}

package dev.caisson.dataset;

import java.util.ArrayList;
import java.util.List;

/// Names each input of a model, in order: input `i` of the model is `features().get(i)`.
public record FeatureMap(List<Feature> features) {

  /// One input: a name unique in its map (`age`, `grade=3`, `age is missing`), the column it comes
  /// from, and its meaning in words.
  public record Feature(String name, String column, String meaning) {}

  public FeatureMap {
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("a model needs at least one feature, got none");
    }
    if (features.stream().map(Feature::name).distinct().count() != features.size()) {
      throw new IllegalArgumentException("two features have one name; rename a column or category");
    }
  }

  static FeatureMap of(List<Column> columns) {
    List<Feature> features = new ArrayList<>();
    for (Column column : columns) {
      features.addAll(of(column));
    }
    return new FeatureMap(features);
  }

  static List<Feature> of(Column column) {
    List<Feature> features = new ArrayList<>();
    String name = column.name();
    switch (column) {
      case Column.Numeric n ->
          features.add(
              new Feature(
                  name,
                  name,
                  "%s%s scaled to %s"
                      .formatted(n.log1p() ? "ln(1 + x), " : "", n.range(), n.to())));
      case Column.Category c ->
          c.categories()
              .forEach(
                  value ->
                      features.add(
                          new Feature(
                              name + "=" + value, name, "1 if '%s', else 0".formatted(value))));
      case Column.Flag f ->
          features.add(
              new Feature(
                  name,
                  name,
                  "%s if true, %s if false"
                      .formatted(Plain.number(f.to().high()), Plain.number(f.to().low()))));
    }
    if (column.missing() instanceof Missing.ReadAs(_, boolean indicator) && indicator) {
      features.add(new Feature(name + " is missing", name, "1 if the cell is missing, else 0"));
    }
    return features;
  }

  public int width() {
    return features.size();
  }

  public List<String> names() {
    return features.stream().map(Feature::name).toList();
  }
}

package dev.caisson.dataset;

import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// From YAML to a [DatasetDescription]: which keys there are, which may be left out, and nothing
/// else.
final class DescriptionReader {
  private static final String FORMAT = "dataset/v1";
  private static final int NAME = 100;
  private static final int TEXT = 4_000;

  private DescriptionReader() {}

  static DatasetDescription description(YamlNode root) throws BadYamlException {
    root.only(
        "caisson",
        "name",
        "version",
        "description",
        "id",
        "extra-columns",
        "missing-values",
        "columns",
        "label");
    String format = root.get("caisson").text(NAME);
    if (!format.equals(FORMAT)) {
      throw root.get("caisson")
          .wrong("this program reads the format '%s'; write that here".formatted(FORMAT));
    }
    List<Column> columns = new ArrayList<>();
    for (YamlNode item : root.get("columns").items(1, DatasetDescription.MAX_COLUMNS)) {
      columns.add(column(item));
    }
    List<String> missing = new ArrayList<>();
    Optional<YamlNode> declared = root.find("missing-values");
    if (declared.isPresent()) {
      for (YamlNode item : declared.get().items(1, 20)) {
        missing.add(item.textOrEmpty(NAME));
      }
    } else {
      missing.add("");
    }
    String name = root.get("name").text(NAME);
    int version = root.get("version").integer(1, 1_000_000);
    String id = root.get("id").text(NAME);
    boolean ignoresExtra =
        root.get("extra-columns").choice(Map.of("ignore", true, "refuse", false));
    try {
      return new DatasetDescription(
          name, version, words(root), id, ignoresExtra, missing, columns, label(root.get("label")));
    } catch (IllegalArgumentException e) {
      throw root.wrong(reason(e));
    }
  }

  private static Label label(YamlNode node) throws BadYamlException {
    node.only("name", "description", "values");
    try {
      return new Label(node.get("name").text(NAME), words(node), texts(node.get("values")));
    } catch (IllegalArgumentException e) {
      throw node.wrong(reason(e));
    }
  }

  private static Column column(YamlNode node) throws BadYamlException {
    String kind =
        node.get("type")
            .choice(
                Map.of(
                    "number", "number",
                    "integer", "integer",
                    "category", "category",
                    "boolean", "boolean"));
    try {
      return switch (kind) {
        case "category" -> category(node);
        case "boolean" -> flag(node);
        default -> numeric(node, kind.equals("integer")); // the two that the map above leaves
      };
    } catch (IllegalArgumentException e) {
      throw node.wrong(reason(e));
    }
  }

  private static Column numeric(YamlNode node, boolean whole) throws BadYamlException {
    node.only(
        "name",
        "type",
        "unit",
        "description",
        "range",
        "outside",
        "transform",
        "scale-to",
        "missing",
        "missing-indicator");
    Optional<YamlNode> transform = node.find("transform");
    boolean log1p =
        transform.isPresent() && transform.get().choice(Map.of("log1p", true, "none", false));
    return new Column.Numeric(
        node.get("name").text(NAME),
        unit(node),
        words(node),
        whole,
        range(node.get("range")),
        node.get("outside")
            .choice(Map.of("refuse", Column.Outside.REFUSE, "clamp", Column.Outside.CLAMP)),
        log1p,
        range(node.get("scale-to")),
        missing(node));
  }

  private static Column category(YamlNode node) throws BadYamlException {
    node.only("name", "type", "unit", "description", "categories", "missing", "missing-indicator");
    return new Column.Category(
        node.get("name").text(NAME),
        unit(node),
        words(node),
        texts(node.get("categories")),
        missing(node));
  }

  private static Column flag(YamlNode node) throws BadYamlException {
    node.only("name", "type", "unit", "description", "scale-to", "missing", "missing-indicator");
    return new Column.Flag(
        node.get("name").text(NAME),
        unit(node),
        words(node),
        range(node.get("scale-to")),
        missing(node));
  }

  private static Missing missing(YamlNode node) throws BadYamlException {
    YamlNode missing = node.get("missing");
    Optional<YamlNode> mark = node.find("missing-indicator");
    boolean indicator = mark.isPresent() && mark.get().flag();
    if (!missing.isMapping()) {
      missing.choice(Map.of("refuse", true));
      if (indicator) {
        throw node.wrong("a missing-indicator needs 'missing: {read-as: VALUE}', not 'refuse'");
      }
      return new Missing.Refused();
    }
    missing.only("read-as");
    return new Missing.ReadAs(missing.get("read-as").text(NAME), indicator);
  }

  private static Range range(YamlNode node) throws BadYamlException {
    List<YamlNode> ends = node.items(2, 2);
    try {
      return new Range(ends.get(0).number(), ends.get(1).number());
    } catch (IllegalArgumentException e) {
      throw node.wrong(reason(e));
    }
  }

  private static List<String> texts(YamlNode node) throws BadYamlException {
    List<String> texts = new ArrayList<>();
    for (YamlNode item : node.items(2, Column.MAX_CATEGORIES)) {
      texts.add(item.text(NAME));
    }
    return texts;
  }

  private static String unit(YamlNode node) throws BadYamlException {
    Optional<YamlNode> unit = node.find("unit");
    return unit.isPresent() ? unit.get().text(NAME) : "1";
  }

  private static String words(YamlNode node) throws BadYamlException {
    Optional<YamlNode> description = node.find("description");
    return description.isPresent() ? description.get().text(TEXT).strip() : "";
  }

  private static String reason(IllegalArgumentException e) {
    return String.valueOf(e.getMessage());
  }
}

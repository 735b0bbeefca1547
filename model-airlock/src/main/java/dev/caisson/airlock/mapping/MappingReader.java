package dev.caisson.airlock.mapping;

import dev.caisson.airlock.mapping.Mapping.ColumnUse;
import dev.caisson.airlock.mapping.Mapping.InputColumns;
import dev.caisson.airlock.mapping.Mapping.Intervals;
import dev.caisson.airlock.table.PixelScale;
import dev.caisson.runtime.onnx.Meaning;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From YAML to a [Mapping]: which keys there are, and nothing else.
final class MappingReader {
  private static final String FORMAT = "mapping/v1";
  private static final int NAME = 100;
  private static final int MOST_COLUMNS = 10_000;
  private static final int MOST_CLASSES = 10_000;

  private MappingReader() {}

  static Mapping read(Path file) throws IOException, BadYamlException {
    YamlNode root =
        YamlNode.read(file)
            .only(
                "caisson",
                "inputs",
                "dataset",
                "output",
                "classes",
                "positive",
                "images",
                "survival",
                "penalised");
    YamlNode format = root.get("caisson");
    if (!format.text(NAME).equals(FORMAT)) {
      throw format.wrong("this program reads the format '%s'; write that here".formatted(FORMAT));
    }
    List<InputColumns> inputs = new ArrayList<>();
    Optional<YamlNode> listed = root.find("inputs");
    Optional<YamlNode> dataset = root.find("dataset");
    if (listed.isPresent()) {
      if (dataset.isPresent()) {
        throw dataset.get().wrong("a dataset says how rows are encoded; leave 'inputs' out");
      }
      List<YamlNode> items = listed.get().items(1, MOST_COLUMNS);
      for (YamlNode item : items) {
        inputs.add(input(item, items.size() > 1));
      }
    }
    Optional<Path> description = Optional.empty();
    if (dataset.isPresent()) {
      description = Optional.of(file.resolveSibling(dataset.get().text(1_000)));
    }
    Optional<YamlNode> output = root.find("output");
    if (output.isPresent()) {
      output.get().only("name", "gives");
    }
    Optional<YamlNode> penalised = root.find("penalised");
    return new Mapping(
        inputs,
        description,
        text(output, "name"),
        gives(output),
        texts(root.find("classes"), MOST_CLASSES),
        text(Optional.of(root), "positive"),
        images(root.find("images")),
        survival(root.find("survival")),
        penalised.isPresent() ? Optional.of(penalised.get().flag()) : Optional.empty());
  }

  private static InputColumns input(YamlNode node, boolean several) throws BadYamlException {
    node.only("name", "columns");
    Optional<String> name = text(Optional.of(node), "name");
    if (several && name.isEmpty()) {
      throw node.wrong("each of several inputs needs its 'name'; add it");
    }
    List<ColumnUse> columns = new ArrayList<>();
    for (YamlNode item : node.get("columns").items(1, MOST_COLUMNS)) {
      columns.add(item.isMapping() ? column(item) : ColumnUse.asRead(item.text(NAME)));
    }
    return new InputColumns(name, columns);
  }

  private static ColumnUse column(YamlNode node) throws BadYamlException {
    node.only("column", "mean", "deviation", "categories", "missing");
    List<String> categories = texts(node.find("categories"), 1_000);
    Optional<YamlNode> mean = node.find("mean");
    Optional<YamlNode> deviation = node.find("deviation");
    if (!categories.isEmpty() && (mean.isPresent() || deviation.isPresent())) {
      throw node.wrong("a column with categories has no mean and no deviation; keep one of both");
    }
    return new ColumnUse(
        node.get("column").text(NAME),
        mean.isPresent() ? mean.get().number() : 0,
        deviation.isPresent() ? positive(deviation.get()) : 1,
        categories,
        text(Optional.of(node), "missing"));
  }

  private static Optional<Meaning> gives(Optional<YamlNode> output) throws BadYamlException {
    Optional<YamlNode> gives = output.isPresent() ? output.get().find("gives") : Optional.empty();
    return gives.isEmpty()
        ? Optional.empty()
        : Optional.of(
            gives
                .get()
                .choice(
                    Map.of(
                        "logits",
                        Meaning.LOGITS,
                        "probabilities",
                        Meaning.PROBABILITIES,
                        "values",
                        Meaning.VALUES)));
  }

  private static Optional<PixelScale> images(Optional<YamlNode> node) throws BadYamlException {
    if (node.isEmpty()) {
      return Optional.empty();
    }
    node.get().only("mean", "deviation", "scale");
    double[] mean = numbers(node.get().find("mean"));
    double[] deviation = numbers(node.get().find("deviation"));
    Optional<YamlNode> scale = node.get().find("scale");
    try {
      return Optional.of(
          new PixelScale(scale.isPresent() ? positive(scale.get()) : 255, mean, deviation));
    } catch (IllegalArgumentException e) {
      throw node.get().wrong(String.valueOf(e.getMessage()));
    }
  }

  private static double[] numbers(Optional<YamlNode> node) throws BadYamlException {
    if (node.isEmpty()) {
      return new double[0];
    }
    List<YamlNode> items = node.get().items(1, 3);
    double[] numbers = new double[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = items.get(i).number();
    }
    return numbers;
  }

  private static Optional<Intervals> survival(Optional<YamlNode> node) throws BadYamlException {
    if (node.isEmpty()) {
      return Optional.empty();
    }
    node.get().only("time", "cuts");
    List<Double> cuts = new ArrayList<>();
    for (YamlNode item : node.get().get("cuts").items(1, 1_000)) {
      double cut = positive(item);
      if (!cuts.isEmpty() && cut <= cuts.getLast()) {
        throw item.wrong("the cuts must rise; each is the end of an interval");
      }
      cuts.add(cut);
    }
    return Optional.of(new Intervals(node.get().get("time").text(NAME), cuts));
  }

  private static double positive(YamlNode node) throws BadYamlException {
    double number = node.number();
    if (number <= 0) {
      throw node.wrong("expected a number above 0, got " + number);
    }
    return number;
  }

  private static Optional<String> text(Optional<YamlNode> parent, String key)
      throws BadYamlException {
    Optional<YamlNode> node = parent.isPresent() ? parent.get().find(key) : Optional.empty();
    return node.isPresent() ? Optional.of(node.get().text(1_000)) : Optional.empty();
  }

  private static List<String> texts(Optional<YamlNode> node, int most) throws BadYamlException {
    List<String> texts = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    if (node.isPresent()) {
      for (YamlNode item : node.get().items(2, most)) {
        texts.add(item.text(1_000));
        if (!seen.add(texts.getLast())) {
          throw item.wrong("this stands twice; keep one");
        }
      }
    }
    return texts;
  }
}

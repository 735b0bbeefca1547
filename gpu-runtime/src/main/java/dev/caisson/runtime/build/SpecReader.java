package dev.caisson.runtime.build;

import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// From YAML to an [Architecture]: which keys each kind has, which may be left out.
final class SpecReader {
  private static final int LARGEST = Integer.MAX_VALUE;

  private enum Kind {
    MLP,
    LOGISTIC,
    CNN,
    RESNET18,
    TRANSFORMER
  }

  private SpecReader() {}

  static Architecture read(YamlNode spec) throws BadYamlException {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      kinds.put(kind.name().toLowerCase(Locale.ROOT), kind);
    }
    Kind kind = spec.get("kind").choice(kinds);
    try {
      Architecture read =
          switch (kind) {
            case MLP -> mlp(spec);
            case LOGISTIC -> logistic(spec);
            case CNN -> cnn(spec);
            case RESNET18 -> resNet18(spec);
            case TRANSFORMER -> transformer(spec);
          };
      Draft.requireAffordable(read.weights());
      return read;
    } catch (IllegalArgumentException e) {
      throw spec.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static Architecture mlp(YamlNode spec) throws BadYamlException {
    spec.only("kind", "inputs", "hidden", "outputs", "activation", "dropout", "seed");
    return new ModelSpec(
        size(spec, "inputs"),
        sizes(spec.get("hidden"), 1),
        size(spec, "outputs", 1),
        activation(spec),
        dropout(spec),
        seed(spec));
  }

  private static Architecture logistic(YamlNode spec) throws BadYamlException {
    spec.only("kind", "inputs", "outputs", "seed");
    return ModelSpec.logistic(size(spec, "inputs"), size(spec, "outputs", 1), seed(spec));
  }

  private static Architecture cnn(YamlNode spec) throws BadYamlException {
    spec.only(
        "kind",
        "channels",
        "height",
        "width",
        "length",
        "convolutions",
        "kernel",
        "pooling",
        "dense",
        "outputs",
        "activation",
        "dropout",
        "seed");
    boolean series = spec.find("length").isPresent();
    if (series && (spec.find("height").isPresent() || spec.find("width").isPresent())) {
      throw spec.wrong("give height and width for images, or length for series, not both");
    }
    Optional<YamlNode> dense = spec.find("dense");
    return new Cnn(
        size(spec, "channels", 1),
        series ? List.of(size(spec, "length")) : List.of(size(spec, "height"), size(spec, "width")),
        sizes(spec.get("convolutions"), 1),
        size(spec, "kernel", 3),
        size(spec, "pooling", 2),
        dense.isPresent() ? sizes(dense.get(), 0) : List.of(),
        size(spec, "outputs", 1),
        activation(spec),
        dropout(spec),
        seed(spec));
  }

  private static Architecture resNet18(YamlNode spec) throws BadYamlException {
    spec.only("kind", "channels", "size", "width", "outputs", "seed");
    return new ResNet18(
        size(spec, "channels", 3),
        size(spec, "size"),
        size(spec, "width", 64),
        size(spec, "outputs", 1),
        seed(spec));
  }

  private static Architecture transformer(YamlNode spec) throws BadYamlException {
    spec.only(
        "kind",
        "vocabulary",
        "features",
        "sequence",
        "width",
        "heads",
        "layers",
        "feed-forward",
        "dropout",
        "outputs",
        "seed");
    int width = size(spec, "width", 128);
    return new Transformer(
        spec.find("vocabulary").isPresent() ? size(spec, "vocabulary") : 0,
        spec.find("features").isPresent() ? size(spec, "features") : 0,
        size(spec, "sequence"),
        width,
        size(spec, "heads", 4),
        size(spec, "layers", 2),
        size(spec, "feed-forward", (int) Math.min(4L * width, LARGEST)),
        dropout(spec),
        size(spec, "outputs", 1),
        seed(spec));
  }

  private static int size(YamlNode spec, String key) throws BadYamlException {
    return spec.get(key).integer(1, LARGEST);
  }

  private static int size(YamlNode spec, String key, int otherwise) throws BadYamlException {
    Optional<YamlNode> node = spec.find(key);
    return node.isPresent() ? node.get().integer(1, LARGEST) : otherwise;
  }

  private static List<Integer> sizes(YamlNode list, int fewest) throws BadYamlException {
    List<Integer> sizes = new ArrayList<>();
    for (YamlNode item : list.items(fewest, 64)) {
      sizes.add(item.integer(1, LARGEST));
    }
    return sizes;
  }

  private static Activation activation(YamlNode spec) throws BadYamlException {
    Map<String, Activation> words = new LinkedHashMap<>();
    for (Activation activation : Activation.values()) {
      words.put(activation.name().toLowerCase(Locale.ROOT), activation);
    }
    Optional<YamlNode> node = spec.find("activation");
    return node.isPresent() ? node.get().choice(words) : Activation.RELU;
  }

  private static double dropout(YamlNode spec) throws BadYamlException {
    Optional<YamlNode> node = spec.find("dropout");
    return node.isPresent() ? node.get().number() : 0;
  }

  private static long seed(YamlNode spec) throws BadYamlException {
    Optional<YamlNode> node = spec.find("seed");
    return node.isPresent() ? node.get().integer(0, LARGEST) : 0;
  }
}

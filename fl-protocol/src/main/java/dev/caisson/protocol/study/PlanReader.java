package dev.caisson.protocol.study;

import dev.caisson.protocol.strategy.Strategies;
import dev.caisson.secagg.Signatures;
import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// Reads a study plan. Every key is known or refused with a suggestion, every number is bounded,
/// and each error names the file, the line, the key and what to write instead.
public final class PlanReader {
  private static final String VERSION = "caisson/study/v1";

  private PlanReader() {}

  /// Reads a plan as written; `file` names it in errors.
  public static StudyPlan read(String file, byte[] utf8) throws BadYamlException {
    YamlNode root = YamlNode.parse(file, utf8);
    root.only(
        "version",
        "name",
        "project",
        "sites",
        "rounds",
        "seed",
        "dataset",
        "hold-out",
        "model",
        "training",
        "strategy",
        "personal",
        "warm-start",
        "warm-start-signer",
        "aggregation",
        "audit",
        "cohort");
    root.get("version").choice(Map.of(VERSION, VERSION));
    if (utf8.length > StudyPlan.MAX_TEXT) {
      throw root.wrong("a plan has at most %d bytes".formatted(StudyPlan.MAX_TEXT));
    }
    List<String> sites = new ArrayList<>();
    for (YamlNode site : root.get("sites").items(3, StudyPlan.MAX_SITES)) {
      sites.add(site.text(63));
    }
    try {
      TrainingPlan training = training(root.get("training"));
      return new StudyPlan(
          new String(utf8, StandardCharsets.UTF_8),
          root.get("name").text(63),
          root.get("project").text(63),
          sites,
          root.get("rounds").integer(1, StudyPlan.MAX_ROUNDS),
          root.get("seed").integer(0, Integer.MAX_VALUE),
          digest(root.get("dataset"), "the dataset description"),
          root.get("hold-out").only("fraction").get("fraction").number(),
          model(root.find("model")),
          training,
          aggregation(root.get("aggregation")),
          audit(root.get("audit")),
          cohort(root.find("cohort")),
          new MethodPlan(
              Strategies.read(root.find("strategy"), training.learningRate()),
              personal(root.find("personal")),
              warmStart(root)));
    } catch (BadPlanException e) {
      throw at(root, e.key()).wrong(e.problem());
    }
  }

  /// The place of a dotted key; the nearest mapping around it where it was left out.
  private static YamlNode at(YamlNode root, String key) throws BadYamlException {
    YamlNode place = root;
    for (String part : key.split("\\.", -1)) {
      Optional<YamlNode> next = place.find(part);
      if (next.isEmpty()) {
        return place;
      }
      place = next.get();
    }
    return place;
  }

  private static Digest digest(YamlNode node, String of) throws BadYamlException {
    try {
      return Digest.parse(node.text(80));
    } catch (IllegalArgumentException e) {
      throw node.wrong("expected the digest of %s, sha256: and 64 hex digits".formatted(of));
    }
  }

  private static PersonalPart personal(Optional<YamlNode> node) throws BadYamlException {
    if (node.isEmpty()) {
      return PersonalPart.NONE;
    }
    List<String> patterns = new ArrayList<>();
    for (YamlNode pattern : node.get().items(1, PersonalPart.MOST)) {
      patterns.add(pattern.text(PersonalPart.LONGEST));
    }
    return new PersonalPart(patterns);
  }

  private static Optional<WarmStart> warmStart(YamlNode root) throws BadYamlException {
    Optional<YamlNode> model = root.find("warm-start");
    Optional<YamlNode> signer = root.find("warm-start-signer");
    if (model.isEmpty()) {
      if (signer.isPresent()) {
        throw signer.get().wrong("there is no 'warm-start' whose signer it could be; add it");
      }
      return Optional.empty();
    }
    return Optional.of(
        new WarmStart(
            digest(model.get(), "the released model file"),
            signer.isEmpty()
                ? Optional.empty()
                : Optional.of(digest(signer.get(), "the airlock's key, its fingerprint"))));
  }

  private static Optional<ModelPlan> model(Optional<YamlNode> node) throws BadYamlException {
    if (node.isEmpty()) {
      return Optional.empty();
    }
    YamlNode model = node.get().only("kind", "inputs", "hidden");
    boolean layered = model.get("kind").choice(Map.of("mlp", true, "logistic", false));
    List<Integer> hidden = new ArrayList<>();
    if (layered) {
      for (YamlNode width : model.get("hidden").items(1, 16)) {
        hidden.add(width.integer(1, 65_536));
      }
    } else if (model.find("hidden").isPresent()) {
      throw model.wrong("a logistic regression has no hidden layers; remove 'hidden'");
    }
    return Optional.of(new ModelPlan(model.get("inputs").integer(1, 65_536), hidden));
  }

  private static TrainingPlan training(YamlNode node) throws BadYamlException {
    node.only(
        "epochs", "batch", "optimiser", "learning-rate", "momentum", "weight-decay", "engine");
    return new TrainingPlan(
        node.get("epochs").integer(1, 1000),
        node.get("batch").integer(1, 65_536),
        node.get("optimiser")
            .choice(
                Map.of(
                    "sgd", TrainingPlan.Optimiser.SGD,
                    "adam", TrainingPlan.Optimiser.ADAM,
                    "adamw", TrainingPlan.Optimiser.ADAMW)),
        node.get("learning-rate").number(),
        optionalNumber(node, "momentum"),
        optionalNumber(node, "weight-decay"),
        engine(node.find("engine")));
  }

  private static TrainingPlan.Engine engine(Optional<YamlNode> node) throws BadYamlException {
    Map<String, TrainingPlan.Engine> keys = new TreeMap<>();
    for (TrainingPlan.Engine engine : TrainingPlan.Engine.values()) {
      keys.put(engine.key(), engine);
    }
    return node.isPresent() ? node.get().choice(keys) : TrainingPlan.Engine.PYTORCH;
  }

  private static double optionalNumber(YamlNode node, String key) throws BadYamlException {
    Optional<YamlNode> found = node.find(key);
    return found.isPresent() ? found.get().number() : 0;
  }

  private static AggregationPlan aggregation(YamlNode node) throws BadYamlException {
    node.only(
        "threshold", "clip-norm", "weights", "upload-after-ms", "seconds-per-round", "signatures");
    YamlNode weights = node.get("weights").only("mode", "maximum", "denominator");
    String mode =
        weights
            .get("mode")
            .choice(
                Map.of(
                    "equal", "equal", "fixed-denominator", "fixed-denominator", "total", "total"));
    boolean fixed = mode.equals("fixed-denominator");
    boolean equal = mode.equals("equal");
    if (!fixed && weights.find("denominator").isPresent()) {
      throw weights.wrong("'denominator' belongs to mode 'fixed-denominator' only; remove it");
    }
    if (equal && weights.find("maximum").isPresent()) {
      throw weights.wrong("'maximum' has no meaning where all sites count the same; remove it");
    }
    return new AggregationPlan(
        node.get("threshold").integer(3, StudyPlan.MAX_SITES),
        node.get("clip-norm").number(),
        switch (mode) {
          case "equal" -> new AggregationPlan.Weights.Equal();
          case "total" -> new AggregationPlan.Weights.Total();
          default ->
              new AggregationPlan.Weights.FixedDenominator(
                  weights.get("denominator").integer(1, 1_000_000_000));
        },
        equal ? 1 : weights.get("maximum").integer(1, 100_000_000),
        node.get("upload-after-ms").integer(0, 3_600_000),
        node.get("seconds-per-round").integer(5, 86_400),
        signatures(node.find("signatures")));
  }

  private static Signatures signatures(Optional<YamlNode> node) throws BadYamlException {
    Map<String, Signatures> labels = new TreeMap<>();
    for (Signatures signatures : Signatures.values()) {
      labels.put(signatures.label(), signatures);
    }
    return node.isPresent() ? node.get().choice(labels) : Signatures.ML_DSA;
  }

  private static AuditPlan audit(YamlNode node) throws BadYamlException {
    node.only("smallest-cell", "max-persons");
    return new AuditPlan(
        node.get("smallest-cell").integer(2, 1000), node.get("max-persons").integer(1, 100_000));
  }

  private static OptionalInt cohort(Optional<YamlNode> node) throws BadYamlException {
    return node.isPresent()
        ? OptionalInt.of(node.get().only("size").get("size").integer(1, StudyPlan.MAX_SITES))
        : OptionalInt.empty();
  }
}

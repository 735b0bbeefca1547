package dev.caisson.client;

import dev.caisson.client.study.StudyPolicy;
import dev.caisson.runtime.device.DeviceChoice;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What a custodian wrote into `site.yaml`. Paths are relative to the site's home and may not leave
/// it.
///
/// @param threads native threads for training
/// @param device where to train
public record SiteSettings(
    String coordinatorHost,
    int coordinatorPort,
    Path table,
    Path dataset,
    int threads,
    DeviceChoice device,
    LineSettings line,
    StudyPolicy policy) {
  private static final String VERSION = "caisson/site/v1";

  /// Reads `site.yaml` in the site's home.
  public static SiteSettings read(Path home) throws IOException, BadYamlException {
    YamlNode root = YamlNode.read(home.resolve("site.yaml"));
    root.only(
        "version",
        "coordinator",
        "table",
        "dataset",
        "threads",
        "device",
        "keep-alive-seconds",
        "proxy",
        "policy");
    root.get("version").choice(Map.of(VERSION, VERSION));
    YamlNode coordinator = root.get("coordinator").only("host", "port");
    return new SiteSettings(
        coordinator.get("host").text(255),
        coordinator.get("port").integer(1, 65_535),
        inside(home, root.get("table")),
        inside(home, root.get("dataset")),
        root.get("threads").integer(1, 256),
        device(root),
        LineSettings.read(home, root),
        policy(root.get("policy")));
  }

  /// Optional: `auto`.
  private static DeviceChoice device(YamlNode root) throws BadYamlException {
    Optional<YamlNode> node = root.find("device");
    if (node.isEmpty()) {
      return new DeviceChoice.Auto();
    }
    try {
      return DeviceChoice.parse(node.get().text(20));
    } catch (IllegalArgumentException e) {
      throw node.get().wrong(String.valueOf(e.getMessage()));
    }
  }

  private static StudyPolicy policy(YamlNode node) throws BadYamlException {
    node.only(
        "projects",
        "maximum-rounds",
        "maximum-epochs",
        "maximum-parameters",
        "maximum-clip-norm",
        "minimum-held-out",
        "colluding-sites",
        "honest-sites",
        "allow-total-weights",
        "signatures",
        "unverified-sums");
    List<YamlNode> projects = node.get("projects").items(1, 1000);
    Set<String> names = new HashSet<>();
    for (YamlNode project : projects) {
      names.add(project.text(63));
    }
    try {
      return new StudyPolicy(
          names,
          node.get("maximum-rounds").integer(1, 10_000),
          node.get("maximum-epochs").integer(1, 1000),
          node.get("maximum-parameters").integer(1, VectorSpec.MAX_LENGTH),
          node.get("maximum-clip-norm").number(),
          node.get("minimum-held-out").integer(1, 1_000_000),
          node.get("colluding-sites").integer(0, 199),
          node.get("honest-sites").integer(2, 200),
          node.get("allow-total-weights").flag(),
          signatures(node),
          acceptsUnverifiedSums(node));
    } catch (IllegalArgumentException e) {
      throw node.wrong(String.valueOf(e.getMessage()));
    }
  }

  /// Optional: plans sign by ML-DSA-65 unless their author or a site wants more.
  private static Signatures signatures(YamlNode policy) throws BadYamlException {
    Map<String, Signatures> labels = new TreeMap<>();
    for (Signatures signatures : Signatures.values()) {
      labels.put(signatures.label(), signatures);
    }
    Optional<YamlNode> node = policy.find("signatures");
    return node.isPresent() ? node.get().choice(labels) : Signatures.ML_DSA;
  }

  /// Optional: a sum that could not be checked is none that this site vouches for, unless its
  /// custodian says so.
  private static boolean acceptsUnverifiedSums(YamlNode policy) throws BadYamlException {
    Optional<YamlNode> node = policy.find("unverified-sums");
    return node.isPresent() && node.get().choice(Map.of("accept", true, "refuse", false));
  }

  static Path inside(Path home, YamlNode node) throws BadYamlException {
    Path base = home.toAbsolutePath().normalize();
    Path path = base.resolve(node.text(1000)).normalize();
    if (!path.startsWith(base)) {
      throw node.wrong("the path leaves the site's home; put the file inside it");
    }
    return path;
  }
}

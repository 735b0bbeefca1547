package dev.caisson.airlock.policy;

import dev.caisson.airlock.attack.Task;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The one place that knows the form of a policy file.
final class PolicyReader {
  static final String FORMAT = "caisson/policy/v1";
  private static final Map<String, Task> TASKS =
      Arrays.stream(Task.values())
          .collect(Collectors.toUnmodifiableMap(t -> t.name().toLowerCase(Locale.ROOT), t -> t));

  private final Map<Limit, Sourced> limits = new EnumMap<>(Limit.class);
  private final Map<Destination, Terms> destinations = new EnumMap<>(Destination.class);

  private PolicyReader() {}

  static Policy read(String file, byte[] yaml) throws BadYamlException {
    YamlNode root = YamlNode.parse(file, yaml);
    if (yaml.length > Policy.MAX_BYTES) {
      throw root.wrong(
          "a policy has at most %,d bytes, got %,d; shorten the comments"
              .formatted(Policy.MAX_BYTES, yaml.length));
    }
    return new PolicyReader().read(root);
  }

  private Policy read(YamlNode root) throws BadYamlException {
    root.only(
        Stream.of(
                Stream.of("version", "name", "revision", "owner"),
                Limit.sections().stream(),
                Stream.of("destinations"))
            .flatMap(keys -> keys)
            .toArray(String[]::new));
    root.get("version").choice(Map.of(FORMAT, FORMAT));
    for (String section : Limit.sections()) {
      section(root.get(section), section);
    }
    List<RequiredAttack> required = required(root.get("attacks").get("required"));
    Source instances = instanceModels(root.get("structure").get("instance-models"));
    checkTogether(limits, root.get("attacks"), root.get("floors"));
    destinations(root.get("destinations"));
    return new Policy(
        root.get("name").text(100),
        root.get("revision").integer(1, 1_000_000),
        root.get("owner").text(100),
        limits,
        instances,
        required,
        destinations);
  }

  private void section(YamlNode node, String section) throws BadYamlException {
    List<String> keys = new ArrayList<>(Limit.of(section).stream().map(Limit::key).toList());
    if (section.equals("attacks")) {
      keys.add("required");
    } else if (section.equals("structure")) {
      keys.add("instance-models");
    }
    node.only(keys.toArray(String[]::new));
    for (Limit limit : Limit.of(section)) {
      limits.put(limit, number(node.get(limit.key()), limit));
    }
  }

  private static Sourced number(YamlNode node, Limit limit) throws BadYamlException {
    Source source = source(node, "value");
    YamlNode place = node.get("value");
    double value = place.number();
    if (limit == Limit.REFERENCES && value < 1) {
      throw place.wrong(
          "at least 1 reference model is needed: attacks without reference models never clear a"
              + " model, because they miss leaks (a random forest with LOSS AUC .59 had AUC .77"
              + " against reference models)");
    }
    if (!limit.allows(value)) {
      throw place.wrong("expected %s, got %s".formatted(limit.range(), Limit.text(value)));
    }
    return new Sourced(value, source);
  }

  /// The `source` of a mapping that has one of these keys besides.
  private static Source source(YamlNode node, String... others) throws BadYamlException {
    if (!node.isMapping()) {
      throw node.wrong("every number names its source: {value: ..., source: \"...\"}");
    }
    boolean unquoted = false;
    if (node.find("source").isPresent()) {
      unquoted = node.get("source").textOrEmpty(Source.LONGEST).strip().equals("local");
    }
    if (unquoted) {
      throw node.wrong(
          "a local source says who decided and when, in quotes: \"local, OWNER, YYYY-MM-DD\"");
    }
    node.only(Stream.concat(Stream.of(others), Stream.of("source")).toArray(String[]::new));
    YamlNode place = node.get("source");
    try {
      return Source.of(place.text(Source.LONGEST));
    } catch (IllegalArgumentException e) {
      throw place.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static Source instanceModels(YamlNode node) throws BadYamlException {
    Source source = source(node, "value");
    if (!node.get("value").text(20).equals("block")) {
      throw node.get("value")
          .wrong(
              "only 'block' can be said here: a model that stores training rows releases them,"
                  + " whatever its attacks score");
    }
    return source;
  }

  private static List<RequiredAttack> required(YamlNode node) throws BadYamlException {
    List<RequiredAttack> required = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (YamlNode item : node.items(1, RequiredAttack.KNOWN.size())) {
      Source source = source(item, "attack", "tasks");
      String attack =
          item.get("attack")
              .choice(RequiredAttack.KNOWN.stream().collect(Collectors.toMap(n -> n, n -> n)));
      if (!seen.add(attack)) {
        throw item.wrong("the attack '%s' is required twice; keep one".formatted(attack));
      }
      Set<Task> tasks = EnumSet.noneOf(Task.class);
      for (YamlNode task : item.get("tasks").items(1, TASKS.size())) {
        tasks.add(task.choice(TASKS));
      }
      required.add(new RequiredAttack(attack, tasks, source));
    }
    return required;
  }

  private void destinations(YamlNode node) throws BadYamlException {
    node.only(Destination.labels().keySet().stream().sorted().toArray(String[]::new));
    Map<String, Limit> named = new HashMap<>();
    for (Limit limit : Limit.values()) {
      named.put(limit.key(), limit);
    }
    for (Destination destination : Destination.values()) {
      YamlNode place = node.get(destination.label());
      Source source = source(place, "allowed", "stricter");
      Map<Limit, Sourced> stricter = new EnumMap<>(Limit.class);
      if (place.find("stricter").isPresent()) {
        YamlNode list = place.get("stricter");
        list.only(named.keySet().stream().sorted().toArray(String[]::new));
        for (String key : list.keys()) {
          Limit limit = named.get(key);
          if (limit != null) {
            stricter.put(limit, stricter(list.get(key), limit));
          }
        }
        Map<Limit, Sourced> together = new EnumMap<>(limits);
        together.putAll(stricter);
        checkTogether(together, list, list);
      }
      destinations.put(destination, new Terms(place.get("allowed").flag(), source, stricter));
    }
  }

  private Sourced stricter(YamlNode node, Limit limit) throws BadYamlException {
    Sourced here = number(node, limit);
    double general = limits.getOrDefault(limit, here).value();
    if (limit.looser(here.value(), general)) {
      throw node.get("value")
          .wrong(
              "a destination can only be stricter than the rest (%s), got %s; to loosen it, change %s.%s and tighten the other destinations"
                  .formatted(
                      Limit.text(general), Limit.text(here.value()), limit.section(), limit.key()));
    }
    return here;
  }

  private static void checkTogether(Map<Limit, Sourced> limits, YamlNode attacks, YamlNode floors)
      throws BadYamlException {
    ordered(limits, Limit.AUC_SUPPORT, Limit.AUC_BLOCK, true, attacks);
    ordered(limits, Limit.TPR_AT_1_PERCENT_SUPPORT, Limit.TPR_AT_1_PERCENT_BLOCK, true, attacks);
    ordered(limits, Limit.PERSONS_EACH_SIDE, Limit.PERSONS_FOR_TPR_AT_1_PERCENT, false, floors);
    ordered(
        limits,
        Limit.PERSONS_FOR_TPR_AT_1_PERCENT,
        Limit.PERSONS_FOR_TPR_AT_01_PERCENT,
        false,
        floors);
    ordered(limits, Limit.REFERENCES, Limit.REFERENCES_FOR_MEMORISATION, false, floors);
  }

  private static void ordered(
      Map<Limit, Sourced> limits, Limit low, Limit high, boolean strictly, YamlNode at)
      throws BadYamlException {
    double lower = value(limits, low);
    double higher = value(limits, high);
    if (strictly ? lower >= higher : lower > higher) {
      YamlNode place = at.find(low.key()).isPresent() ? at.get(low.key()) : at;
      throw place.wrong(
          "%s (%s) must be %s %s (%s)"
              .formatted(
                  low.key(),
                  Limit.text(lower),
                  strictly ? "below" : "at most",
                  high.key(),
                  Limit.text(higher)));
    }
  }

  private static double value(Map<Limit, Sourced> limits, Limit limit) {
    Sourced found = limits.get(limit);
    if (found == null) {
      throw new IllegalStateException(limit + " was read before");
    }
    return found.value();
  }
}

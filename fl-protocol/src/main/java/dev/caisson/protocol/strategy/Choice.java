package dev.caisson.protocol.strategy;

import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// A strategy that plans can name, and how its section is read.
///
/// @param meaning in a few words
public record Choice(
    String name, String meaning, List<Key> keys, Function<Given, Strategy> strategy) {
  /// The key that names the strategy.
  public static final String NAME = "name";

  public Choice {
    keys = List.copyOf(keys);
  }

  /// The numbers that a plan gives, or leaves to what is usual.
  ///
  /// @param learningRate of the sites' steps, from the plan's training
  record Given(Map<String, Double> values, double learningRate) {
    double get(Key key) {
      Double value = values.get(key.name());
      if (value == null) {
        throw new IllegalStateException("a choice reads each of its keys");
      }
      return value;
    }
  }

  Strategy read(YamlNode section, double learningRate) throws BadYamlException {
    section.only(
        Stream.concat(Stream.of(NAME), keys.stream().map(Key::name)).toArray(String[]::new));
    Map<String, Double> values = new TreeMap<>();
    for (Key key : keys) {
      values.put(key.name(), key.read(section));
    }
    return strategy.apply(new Given(values, learningRate));
  }
}

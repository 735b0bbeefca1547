package dev.caisson.protocol.strategy;

import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.util.Optional;

/// A number that a strategy takes from the plan.
///
/// @param least and `most` are allowed too
/// @param usual what it is where the plan leaves it out; without one it must be there
public record Key(String name, double least, double most, Optional<Double> usual, String meaning) {

  /// One that a plan must give.
  Key(String name, double least, double most, String meaning) {
    this(name, least, most, Optional.empty(), meaning);
  }

  Key(String name, double least, double most, double usual, String meaning) {
    this(name, least, most, Optional.of(usual), meaning);
  }

  double read(YamlNode section) throws BadYamlException {
    Optional<YamlNode> node = section.find(name);
    if (node.isEmpty() && usual.isPresent()) {
      return usual.get();
    }
    double value = section.get(name).number();
    if (!(value >= least && value <= most)) {
      throw section.get(name).wrong("must be %s to %s, got %s".formatted(least, most, value));
    }
    return value;
  }

  void check(double value) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s must be %s to %s, got %s".formatted(name, least, most, value));
    }
  }

  Strategy.Setting set(double value) {
    return new Strategy.Setting(name, value);
  }
}

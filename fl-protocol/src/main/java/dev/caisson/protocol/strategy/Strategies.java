package dev.caisson.protocol.strategy;

import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// All strategies, in the order in which they are listed to people.
public final class Strategies {
  /// One line each.
  public static final List<Choice> ALL =
      List.of(FedAvg.CHOICE, FedAvgM.CHOICE, FedProx.CHOICE, FedAdam.CHOICE, Scaffold.CHOICE);

  private Strategies() {}

  /// Reads a plan's section; [FedAvg] where there is none.
  ///
  /// @param learningRate of the sites' steps
  public static Strategy read(Optional<YamlNode> section, double learningRate)
      throws BadYamlException {
    if (section.isEmpty()) {
      return new FedAvg();
    }
    Map<String, Choice> names = new TreeMap<>();
    ALL.forEach(choice -> names.put(choice.name(), choice));
    return section.get().get(Choice.NAME).choice(names).read(section.get(), learningRate);
  }

  /// A strategy in words, for provenance: `fedprox (mu 0.01)`.
  public static String inWords(Strategy strategy) {
    List<String> settings =
        strategy.settings().stream().map(s -> s.key() + " " + s.value()).toList();
    return settings.isEmpty()
        ? strategy.name()
        : "%s (%s)".formatted(strategy.name(), String.join(", ", settings));
  }
}

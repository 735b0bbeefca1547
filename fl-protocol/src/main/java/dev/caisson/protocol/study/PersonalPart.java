package dev.caisson.protocol.study;

import static dev.caisson.protocol.study.StudyPlan.require;

import dev.caisson.yaml.Spelling;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// The parameters of a model that stay at each site, by name or, ending in `*`, by the beginning of
/// names: each site trains and keeps its own (personalisation layers, Arivazhagan et al. 2019).
/// They are in no update, no sum and no state.
public record PersonalPart(List<String> patterns) {
  public static final PersonalPart NONE = new PersonalPart(List.of());
  static final int MOST = 100;
  static final int LONGEST = 200;

  public PersonalPart {
    patterns = List.copyOf(patterns);
    require(patterns.size() <= MOST, "personal", "at most 100 names", patterns.size());
    require(
        new HashSet<>(patterns).size() == patterns.size(), "personal", "different names", patterns);
    for (String pattern : patterns) {
      int star = pattern.indexOf('*');
      require(
          !pattern.isBlank()
              && pattern.length() <= LONGEST
              && star != 0
              && (star < 0 || star == pattern.length() - 1),
          "personal",
          "names, or beginnings of names with one '*' behind",
          pattern);
    }
  }

  /// Whether a parameter stays at the sites.
  public boolean holds(String parameter) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, parameter));
  }

  private static boolean matches(String pattern, String parameter) {
    return pattern.endsWith("*")
        ? parameter.startsWith(pattern.substring(0, pattern.length() - 1))
        : parameter.equals(pattern);
  }

  /// Why a model with these parameters cannot be divided so.
  public Optional<String> objection(Collection<String> parameters) {
    for (String pattern : patterns) {
      if (parameters.stream().noneMatch(parameter -> matches(pattern, parameter))) {
        return Optional.of(
            "personal: the model has no parameter '%s'%s"
                .formatted(pattern, Spelling.hint(pattern, parameters)));
      }
    }
    return !patterns.isEmpty() && parameters.stream().allMatch(this::holds)
        ? Optional.of("personal: all parameters would stay at the sites, and none be shared")
        : Optional.empty();
  }
}

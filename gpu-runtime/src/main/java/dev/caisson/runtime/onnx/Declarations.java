package dev.caisson.runtime.onnx;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What the author of a file says about its initializers, in `metadata_props`: comma-separated
/// names each.
///
/// @param tied `caisson.tied`: may have several readers, which then share it
/// @param frozen `caisson.frozen`: stay as they are
/// @param trained `caisson.trained`: are weights, whatever the rules of [Trainable] say
record Declarations(Set<String> tied, Set<String> frozen, Set<String> trained) {
  Declarations {
    tied = Set.copyOf(tied);
    frozen = Set.copyOf(frozen);
    trained = Set.copyOf(trained);
  }

  /// Refuses a name that is not an initializer's, or that is both frozen and trained.
  static Declarations of(Map<String, String> metadata, List<Tensor> initializers)
      throws InvalidModelException {
    Set<String> known = initializers.stream().map(Tensor::name).collect(Collectors.toSet());
    Declarations declarations =
        new Declarations(
            names(metadata, "caisson.tied", known),
            names(metadata, "caisson.frozen", known),
            names(metadata, "caisson.trained", known));
    for (String name : declarations.trained) {
      if (declarations.frozen.contains(name)) {
        throw new InvalidModelException(
            "initializer '%s' is in both caisson.frozen and caisson.trained; take it out of one"
                .formatted(name));
      }
    }
    return declarations;
  }

  private static Set<String> names(Map<String, String> metadata, String key, Set<String> known)
      throws InvalidModelException {
    String value = metadata.get(key);
    if (value == null) {
      return Set.of();
    }
    Set<String> names =
        Arrays.stream(value.split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(HashSet::new));
    for (String name : names) {
      if (!known.contains(name)) {
        throw new InvalidModelException(
            "the metadata '%s' names '%s', which is no initializer of this file"
                .formatted(key, name));
      }
    }
    return names;
  }
}

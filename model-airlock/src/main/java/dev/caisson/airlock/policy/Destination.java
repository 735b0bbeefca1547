package dev.caisson.airlock.policy;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Where a model would go; who can then attack it, and for how long, hangs on that.
public enum Destination {
  /// Anybody, for ever.
  PUBLIC("public", "anybody, for ever"),
  /// Named recipients under contract, who hold the file.
  NAMED("named", "named recipients under contract"),
  /// Another trusted research environment, which holds the file inside.
  TRE("tre", "another trusted research environment"),
  /// People who may ask the model and never hold it.
  QUERY_ONLY("query-only", "people who may ask it and never hold the file");

  private final String label;
  private final String words;

  Destination(String label, String words) {
    this.label = label;
    this.words = words;
  }

  /// As policies and commands spell it.
  public String label() {
    return label;
  }

  public String words() {
    return words;
  }

  /// All, by label.
  public static Map<String, Destination> labels() {
    return Arrays.stream(values())
        .collect(Collectors.toUnmodifiableMap(Destination::label, Function.identity()));
  }
}

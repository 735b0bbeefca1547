package dev.caisson.runtime.engine;

import dev.caisson.runtime.dl4j.Dl4jEngine;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.Engine;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The engines, the default one first. Making one loads nothing: a process that trains with one
/// never loads the other's native library.
public enum Engines {
  PYTORCH("pytorch") {
    @Override
    public Engine engine() {
      return new PyTorchEngine();
    }
  },
  DL4J("dl4j") {
    @Override
    public Engine engine() {
      return new Dl4jEngine();
    }
  };

  private final String key;

  Engines(String key) {
    this.key = key;
  }

  /// The name in plans, options and reports.
  public String key() {
    return key;
  }

  public abstract Engine engine();

  /// The names, the default one first.
  public static List<String> names() {
    return Arrays.stream(values()).map(Engines::key).toList();
  }

  public static Optional<Engines> find(String name) {
    return Arrays.stream(values()).filter(e -> e.key.equals(name)).findFirst();
  }

  /// The engine of this name; another is an `IllegalArgumentException` that lists those there are.
  public static Engine named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no engine '%s'; choose one of %s"
                        .formatted(name, String.join(", ", names()))))
        .engine();
  }
}

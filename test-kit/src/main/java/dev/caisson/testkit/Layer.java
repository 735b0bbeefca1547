package dev.caisson.testkit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// The modules by their top package, and which modules each may use. This is the dependency
/// direction of ARCHITECTURE.md; to add a module, add it here and to the root pom.
enum Layer {
  TRUST("dev.caisson.trust"),
  YAML("dev.caisson.yaml"),
  DATASET("dev.caisson.dataset"),
  SECURE_AGG("dev.caisson.secagg"),
  BENCHMARKS("dev.caisson.benchmarks"),
  GPU_RUNTIME("dev.caisson.runtime"),
  FL_PROTOCOL("dev.caisson.protocol"),
  MODEL_AIRLOCK("dev.caisson.airlock"),
  FL_CLIENT("dev.caisson.client"),
  FL_SERVER("dev.caisson.server"),
  AIRLOCK_SERVICE("dev.caisson.airlock.service"),
  CLI("dev.caisson.cli"),
  TEST_KIT("dev.caisson.testkit");

  private final String topPackage;

  Layer(String topPackage) {
    this.topPackage = topPackage;
  }

  /// The module of a package: the longest top package that holds it.
  static Optional<Layer> of(String packageName) {
    return Arrays.stream(values())
        .filter(layer -> (packageName + ".").startsWith(layer.topPackage + "."))
        .max(Comparator.comparingInt(layer -> layer.topPackage.length()));
  }

  boolean mayUse(Layer other) {
    return this == other || below().contains(other);
  }

  private Set<Layer> below() {
    return switch (this) {
      case TRUST, YAML, TEST_KIT -> Set.of();
      case SECURE_AGG -> Set.of(TRUST);
      case BENCHMARKS -> Set.of(TRUST, SECURE_AGG);
      case GPU_RUNTIME -> Set.of(TRUST, YAML);
      case DATASET -> Set.of(TRUST, YAML);
      // No engine: the coordinator speaks the protocol and handles sums only.
      case FL_PROTOCOL -> Set.of(TRUST, YAML, SECURE_AGG);
      case MODEL_AIRLOCK -> Set.of(TRUST, YAML, DATASET, GPU_RUNTIME);
      case FL_CLIENT ->
          Set.of(TRUST, YAML, DATASET, SECURE_AGG, GPU_RUNTIME, FL_PROTOCOL, MODEL_AIRLOCK);
      case FL_SERVER -> Set.of(TRUST, YAML, SECURE_AGG, FL_PROTOCOL);
      case AIRLOCK_SERVICE -> Set.of(TRUST, YAML, DATASET, GPU_RUNTIME, FL_PROTOCOL, MODEL_AIRLOCK);
      case CLI -> EnumSet.complementOf(EnumSet.of(TEST_KIT, BENCHMARKS));
    };
  }

  /// For ArchUnit: the module's package and all within.
  String packages() {
    return topPackage + "..";
  }
}

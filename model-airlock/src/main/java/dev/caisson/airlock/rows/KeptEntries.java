package dev.caisson.airlock.rows;

import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.ModelGraph.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Words and whole numbers that one table or setting of a model keeps, and where.
record KeptEntries(List<String> entries, String where) {
  /// Attributes whose whole numbers are values of data, by operator family.
  private static final Set<String> VALUE_SETTINGS =
      Set.of(
          "cats_int64s",
          "keys_int64s",
          "values_int64s",
          "keys_tensor",
          "values_tensor",
          "int64_vocabulary",
          "pool_int64s",
          "classlabels_ints",
          "classlabels_int64s",
          "imputed_value_int64s",
          "keys_floats");

  /// Texts that say how to compute, not what people are.
  private static final Set<String> WORDS =
      Set.of("nodes_modes", "post_transform", "kernel_type", "aggregate_function", "norm", "mode");

  KeptEntries {
    entries = List.copyOf(entries);
  }

  /// All that are values of data, not of the computation.
  static List<KeptEntries> of(ModelGraph graph) {
    List<KeptEntries> kept = new ArrayList<>();
    for (Map.Entry<String, Setting> table : graph.tables().entrySet()) {
      if (table.getValue() instanceof Setting.Texts texts) {
        kept.add(new KeptEntries(texts.values(), "tensor " + table.getKey()));
      }
    }
    for (Operation op : graph.operations()) {
      for (Map.Entry<String, Setting> setting : op.settings().entrySet()) {
        if (WORDS.contains(setting.getKey())) {
          continue;
        }
        String where = "node %s, %s".formatted(op.name(), setting.getKey());
        boolean values = VALUE_SETTINGS.contains(setting.getKey());
        switch (setting.getValue()) {
          case Setting.Texts texts -> {
            if (op.domain().equals("ai.onnx.ml") || texts.values().size() > 1) {
              kept.add(new KeptEntries(texts.values(), where));
            }
          }
          case Setting.Wholes wholes -> {
            if (values && !numbering(wholes.values())) {
              kept.add(new KeptEntries(strings(wholes.values()), where));
            }
          }
          case Setting.Numbers numbers -> {
            if (values) {
              kept.add(new KeptEntries(strings(numbers.values()), where));
            }
          }
        }
      }
    }
    return kept;
  }

  /// 0, 1, 2, ...: positions, not values of data.
  private static boolean numbering(long[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] != i) {
        return false;
      }
    }
    return true;
  }

  private static List<String> strings(long[] values) {
    List<String> strings = new ArrayList<>();
    for (long value : values) {
      strings.add(Long.toString(value));
    }
    return strings;
  }

  private static List<String> strings(double[] values) {
    List<String> strings = new ArrayList<>();
    for (double value : values) {
      strings.add(value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value));
    }
    return strings;
  }
}

package dev.caisson.airlock.rows;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.ModelGraph.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Words and whole numbers that a model keeps in tables (one-hot categories, label encoders,
/// vocabularies, string tensors): each must be held by at least k persons, or it names somebody.
///
/// Catches: an entry of 1 to k-1 persons blocks; an entry that nobody among the members holds, and
/// a table of as many entries as there are persons, are warnings. Misses: entries written otherwise
/// than in the rows (other case, tokens, hashes); whole numbers in tables that only arrange the
/// graph (shapes, axes) are not looked at. Findings give counts, never the entries.
public final class TableEntries {
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

  private final EntryCounts counts;
  private final int persons;
  private final int k;

  /// `persons` is the number of members, `k` how many must hold an entry (ACRO's threshold is 10).
  public TableEntries(EntryCounts counts, int persons, int k) {
    if (persons < 1 || k < 1) {
      throw new IllegalArgumentException(
          "%d persons and k = %d; both are positive".formatted(persons, k));
    }
    this.counts = counts;
    this.persons = persons;
    this.k = k;
  }

  public List<Finding> check(ModelGraph graph) {
    Findings rare = new Findings("tables.entries");
    for (Map.Entry<String, Setting> table : graph.tables().entrySet()) {
      if (table.getValue() instanceof Setting.Texts texts) {
        entries(texts.values(), "tensor " + table.getKey(), rare);
      }
    }
    for (Operation op : graph.operations()) {
      for (Map.Entry<String, Setting> setting : op.settings().entrySet()) {
        String where = "node %s, %s".formatted(op.name(), setting.getKey());
        if (WORDS.contains(setting.getKey())) {
          continue;
        }
        switch (setting.getValue()) {
          case Setting.Texts texts -> {
            if (op.domain().equals("ai.onnx.ml") || texts.values().size() > 1) {
              entries(texts.values(), where, rare);
            }
          }
          case Setting.Wholes wholes -> {
            if (VALUE_SETTINGS.contains(setting.getKey()) && !numbering(wholes.values())) {
              entries(strings(wholes.values()), where, rare);
            }
          }
          case Setting.Numbers numbers -> {
            if (VALUE_SETTINGS.contains(setting.getKey())) {
              entries(strings(numbers.values()), where, rare);
            }
          }
        }
      }
    }
    return rare.orPass("every word and category kept is held by at least %d persons".formatted(k));
  }

  private void entries(List<String> entries, String where, Findings rare) {
    Set<String> different = new HashSet<>(entries);
    different.remove("");
    int few = 0;
    int nobody = 0;
    for (String entry : different) {
      int holders = counts.persons(entry);
      few += holders > 0 && holders < k ? 1 : 0;
      nobody += holders == 0 ? 1 : 0;
    }
    if (few > 0) {
      rare.block(
          "%d of %d entries are held by fewer than %d persons".formatted(few, different.size(), k),
          where);
    }
    if (nobody > 0) {
      rare.warn(
          "%d of %d entries are held by no member: where are they from?"
              .formatted(nobody, different.size()),
          where);
    }
    if (different.size() >= persons && persons >= k) {
      rare.block("as many entries (%d) as there are persons".formatted(different.size()), where);
    }
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

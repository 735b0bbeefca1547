package dev.caisson.airlock.rows;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Members' values in the numbers of tree ensembles, scalers and imputers.
///
/// - **Leaves.** A leaf that is one person's label, also divided by the number of trees (forests)
///   is counted for labels that use the low 11 bits of a float's mantissa; the bound on chance is
///   that of [LabelValues], doubled for the two scales. More than that block.
/// - **Thresholds.** A threshold equal to a value that fewer than k members have in that column
///   shows that value; thresholds that are midpoints (scikit-learn) do not. Any warns, and more
///   than half of the thresholds of a column with at least 20 of them block.
/// - **Extremes.** A scaler's offset or an imputer's value that is a column's smallest or largest
///   value, held by fewer than k members, warns.
///
/// Misses: labels that are whole numbers or classes (leaf occupancy speaks of those); leaves of
/// boosted trees, which are scaled gradients; columns transformed before the tree.
public final class TreeValues {
  private static final int MANY = 20;

  private final RowTable rows;
  private final float[] labels;
  private final int k;

  public TreeValues(RowTable rows, float[] labels, int k) {
    if (rows.rows() != labels.length || k < 1) {
      throw new IllegalArgumentException(
          "%s for %d labels, k = %d".formatted(rows, labels.length, k));
    }
    this.rows = rows;
    this.labels = labels;
    this.k = k;
  }

  public List<Finding> check(ModelGraph graph) {
    Findings leaves = new Findings("trees.leaves");
    Findings thresholds = new Findings("trees.thresholds");
    Findings extremes = new Findings("tables.extremes");
    Map<Integer, Map<Float, Integer>> columns = new HashMap<>();
    for (Operation op : graph.operations()) {
      if (op.operator().startsWith("TreeEnsemble")) {
        leaves(op, leaves);
        thresholds(op, columns, thresholds);
      } else if (op.operator().equals("Scaler")) {
        extremes(op, "offset", columns, extremes);
      } else if (op.operator().equals("Imputer")) {
        extremes(op, "imputed_value_floats", columns, extremes);
      }
    }
    List<Finding> findings = new java.util.ArrayList<>();
    findings.addAll(leaves.orPass("no more leaves equal a member's label than chance allows"));
    findings.addAll(
        thresholds.orPass("no threshold is a value of fewer than %d members".formatted(k)));
    findings.addAll(
        extremes.orPass("no scaler keeps a value of fewer than %d members".formatted(k)));
    return findings;
  }

  private void leaves(Operation op, Findings leaves) {
    double[] weights = op.numbers("target_weights");
    Set<Long> trees = new HashSet<>();
    for (long tree : op.wholes("nodes_treeids")) {
      trees.add(tree);
    }
    Set<Float> kept = new HashSet<>();
    LabelValues values = new LabelValues(labels);
    for (double scale : new double[] {1, trees.size()}) {
      float[] scaled = new float[weights.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (float) (weights[i] * scale);
      }
      kept.addAll(values.in(scaled));
    }
    long persons = 0;
    for (float label : labels) {
      persons += kept.contains(label) ? 1 : 0;
    }
    if (persons > 0) {
      leaves.block(
          "its leaves are the labels of %d of %d members".formatted(persons, labels.length),
          "node " + op.name());
    }
  }

  private void thresholds(
      Operation op, Map<Integer, Map<Float, Integer>> columns, Findings thresholds) {
    double[] values = op.numbers("nodes_values");
    long[] features = op.wholes("nodes_featureids");
    List<String> modes = op.texts("nodes_modes");
    Map<Integer, int[]> perColumn = new HashMap<>();
    for (int i = 0; i < Math.min(values.length, Math.min(features.length, modes.size())); i++) {
      int column = (int) features[i];
      if (modes.get(i).equals("LEAF") || column < 0 || column >= rows.width()) {
        continue;
      }
      int holders = column(columns, column).getOrDefault((float) values[i], 0);
      int[] count = perColumn.computeIfAbsent(column, c -> new int[2]);
      count[0]++;
      count[1] += holders > 0 && holders < k ? 1 : 0;
    }
    for (Map.Entry<Integer, int[]> each : perColumn.entrySet()) {
      int all = each.getValue()[0];
      int rare = each.getValue()[1];
      String where = "node %s, column %d".formatted(op.name(), each.getKey());
      String what =
          "%d of %d thresholds are values of fewer than %d members".formatted(rare, all, k);
      if (all >= MANY && rare > all / 2) {
        thresholds.block(what, where);
      } else if (rare > 0) {
        thresholds.warn(what, where);
      }
    }
  }

  private void extremes(
      Operation op, String setting, Map<Integer, Map<Float, Integer>> columns, Findings extremes) {
    double[] kept = op.numbers(setting);
    for (int column = 0; kept.length == rows.width() && column < kept.length; column++) {
      Map<Float, Integer> values = column(columns, column);
      float smallest = values.keySet().stream().min(Float::compare).orElse(0f);
      float largest = values.keySet().stream().max(Float::compare).orElse(0f);
      float value = (float) kept[column];
      boolean extreme = value == smallest || value == largest;
      if (extreme && values.getOrDefault(value, 0) < k) {
        extremes.warn(
            "is the smallest or largest value, of fewer than %d members".formatted(k),
            "node %s, %s of column %d".formatted(op.name(), setting, column));
      }
    }
  }

  private Map<Float, Integer> column(Map<Integer, Map<Float, Integer>> columns, int column) {
    return columns.computeIfAbsent(
        column,
        c -> {
          Map<Float, Integer> held = new HashMap<>();
          for (int row = 0; row < rows.rows(); row++) {
            held.merge(rows.at(row, c), 1, Integer::sum);
          }
          return held;
        });
  }
}

package dev.caisson.airlock.rows;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
    for (Operation op : graph.operations()) {
      if (op.operator().startsWith("TreeEnsemble")) {
        leaves(op, leaves);
      }
    }
    // one column after the other, so that one sorted column is in memory at a time
    List<Kept> kept = Kept.of(graph, rows.width());
    for (int from = 0; from < kept.size(); ) {
      HeldValues held = new HeldValues(rows, kept.get(from).column());
      int to = from;
      for (; to < kept.size() && kept.get(to).column() == kept.get(from).column(); to++) {
        if (kept.get(to).threshold()) {
          thresholds(kept.get(to), held, thresholds);
        } else {
          extremes(kept.get(to), held, extremes);
        }
      }
      from = to;
    }
    List<Finding> findings = new ArrayList<>();
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
    List<float[]> kept = new ArrayList<>();
    LabelValues values = new LabelValues(labels);
    for (double scale : new double[] {1, trees.size()}) {
      float[] scaled = new float[weights.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (float) (weights[i] * scale);
      }
      kept.add(values.in(scaled));
    }
    long persons = 0;
    for (float label : labels) {
      persons += kept.stream().anyMatch(k -> LabelValues.holds(k, label)) ? 1 : 0;
    }
    if (persons > 0) {
      leaves.block(
          "its leaves are the labels of %d of %d members".formatted(persons, labels.length),
          "node " + op.name());
    }
  }

  private void thresholds(Kept kept, HeldValues held, Findings thresholds) {
    int all = kept.values().length;
    int rare = 0;
    for (float value : kept.values()) {
      int holders = held.holders(value);
      rare += holders > 0 && holders < k ? 1 : 0;
    }
    String what = "%d of %d thresholds are values of fewer than %d members".formatted(rare, all, k);
    if (all >= MANY && rare > all / 2) {
      thresholds.block(what, kept.where());
    } else if (rare > 0) {
      thresholds.warn(what, kept.where());
    }
  }

  private void extremes(Kept kept, HeldValues held, Findings extremes) {
    for (float value : kept.values()) {
      if (held.extreme(value) && held.holders(value) < k) {
        extremes.warn(
            "is the smallest or largest value, of fewer than %d members".formatted(k),
            kept.where());
      }
    }
  }
}

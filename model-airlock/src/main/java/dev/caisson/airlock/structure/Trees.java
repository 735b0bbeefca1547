package dev.caisson.airlock.structure;

import dev.caisson.airlock.rows.RowTable;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The trees of a `TreeEnsembleClassifier` or `-Regressor` (operator set 1 to 3), for routing rows.
/// Refused: node ids given twice, children that are not there, cycles (a node with two parents),
/// columns that the rows do not have.
final class Trees {
  private enum Rule {
    LEAF,
    LEQ,
    LT,
    GTE,
    GT,
    EQ,
    NEQ;

    /// By its name in the file; null if there is none of this name.
    static @Nullable Rule named(String mode) {
      return switch (mode) {
        case "LEAF" -> LEAF;
        case "BRANCH_LEQ" -> LEQ;
        case "BRANCH_LT" -> LT;
        case "BRANCH_GTE" -> GTE;
        case "BRANCH_GT" -> GT;
        case "BRANCH_EQ" -> EQ;
        case "BRANCH_NEQ" -> NEQ;
        default -> null;
      };
    }
  }

  // of each node, side by side: rows are routed some hundred million steps
  private final Rule[] rules;
  private final int[] columns;
  private final float[] thresholds;
  private final int[] yes;
  private final int[] no;
  private final boolean[] missing; // whether a missing value goes to yes
  private int[] roots = {};

  private Trees(int nodes) {
    rules = new Rule[nodes];
    columns = new int[nodes];
    thresholds = new float[nodes];
    yes = new int[nodes];
    no = new int[nodes];
    missing = new boolean[nodes];
  }

  private record Id(long tree, long node) {}

  /// Empty if the tables are not those of well-formed trees over this many columns.
  static Optional<Trees> of(Operation op, int columns) {
    long[] trees = op.wholes("nodes_treeids");
    long[] ids = op.wholes("nodes_nodeids");
    long[] features = op.wholes("nodes_featureids");
    long[] yes = op.wholes("nodes_truenodeids");
    long[] no = op.wholes("nodes_falsenodeids");
    long[] missing = op.wholes("nodes_missing_value_tracks_true");
    double[] values = op.numbers("nodes_values");
    if (values.length == 0) {
      values = op.numbers("nodes_values_as_tensor");
    }
    List<String> modes = op.texts("nodes_modes");
    int n = ids.length;
    if (n == 0
        || trees.length != n
        || features.length != n
        || yes.length != n
        || no.length != n
        || values.length != n
        || modes.size() != n
        || (missing.length != n && missing.length != 0)) {
      return Optional.empty();
    }
    Map<Id, Integer> places = new HashMap<>();
    for (int i = 0; i < n; i++) {
      if (places.put(new Id(trees[i], ids[i]), i) != null) {
        return Optional.empty();
      }
    }
    Trees built = new Trees(n);
    BitSet children = new BitSet(n);
    for (int i = 0; i < n; i++) {
      Rule rule = Rule.named(modes.get(i));
      if (rule == null) {
        return Optional.empty();
      }
      built.rules[i] = rule;
      if (rule == Rule.LEAF) {
        continue;
      }
      int left = places.getOrDefault(new Id(trees[i], yes[i]), -1);
      int right = places.getOrDefault(new Id(trees[i], no[i]), -1);
      boolean broken = left < 0 || right < 0 || features[i] < 0 || features[i] >= columns;
      // one parent each: then every walk from a root ends
      if (broken || left == right || children.get(left) || children.get(right)) {
        return Optional.empty();
      }
      children.set(left);
      children.set(right);
      built.columns[i] = (int) features[i];
      built.thresholds[i] = (float) values[i];
      built.yes[i] = left;
      built.no[i] = right;
      built.missing[i] = missing.length == n && missing[i] != 0;
    }
    built.roots = IntStream.range(0, n).filter(i -> !children.get(i)).toArray();
    return built.roots.length == 0 ? Optional.empty() : Optional.of(built);
  }

  int count() {
    return roots.length;
  }

  /// Nodes of all trees, leaves included.
  int nodes() {
    return rules.length;
  }

  int leaves() {
    return (int) Arrays.stream(rules).filter(rule -> rule == Rule.LEAF).count();
  }

  /// The leaf that this row of the table ends in, in each tree.
  void route(RowTable rows, int row, int[] ends) {
    for (int tree = 0; tree < roots.length; tree++) {
      int at = roots[tree];
      while (rules[at] != Rule.LEAF) {
        at = yes(at, rows.at(row, columns[at])) ? yes[at] : no[at];
      }
      ends[tree] = at;
    }
  }

  private boolean yes(int node, float value) {
    if (Float.isNaN(value)) {
      return missing[node];
    }
    float threshold = thresholds[node];
    return switch (rules[node]) {
      case LEQ -> value <= threshold;
      case LT -> value < threshold;
      case GTE -> value >= threshold;
      case GT -> value > threshold;
      case EQ -> value == threshold;
      case NEQ -> value != threshold;
      case LEAF -> throw new IllegalStateException("a walk ends at a leaf");
    };
  }
}

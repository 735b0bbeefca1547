package dev.caisson.airlock.structure;

import dev.caisson.airlock.rows.RowTable;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
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

  private static final int WORDS = 4;

  private final Rule[] rules;
  private final boolean[] missing; // whether a missing value goes to yes
  // of each node column, bits of the threshold, yes, no: side by side, for rows are routed some
  // hundred million steps
  private final int[] steps;
  private boolean simple = true; // whether all inner nodes ask for at most the threshold
  private int[] roots = {};

  private Trees(int nodes) {
    rules = new Rule[nodes];
    missing = new boolean[nodes];
    steps = new int[nodes * WORDS];
  }

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
    Optional<NodePlaces> named = NodePlaces.of(trees, ids);
    if (named.isEmpty()) {
      return Optional.empty();
    }
    NodePlaces places = named.get();
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
      int left = places.of(trees[i], yes[i]);
      int right = places.of(trees[i], no[i]);
      boolean broken = left < 0 || right < 0 || features[i] < 0 || features[i] >= columns;
      // one parent each: then every walk from a root ends
      if (broken || left == right || children.get(left) || children.get(right)) {
        return Optional.empty();
      }
      children.set(left);
      children.set(right);
      built.simple &= rule == Rule.LEQ;
      built.steps[i * WORDS] = (int) features[i];
      built.steps[i * WORDS + 1] = Float.floatToRawIntBits((float) values[i]);
      built.steps[i * WORDS + 2] = left;
      built.steps[i * WORDS + 3] = right;
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

  /// The leaf that this row of the table ends in, in one tree.
  int route(RowTable rows, int row, int tree) {
    int at = roots[tree];
    while (rules[at] != Rule.LEAF) {
      int from = at * WORDS;
      float value = rows.at(row, steps[from]);
      float threshold = Float.intBitsToFloat(steps[from + 1]);
      boolean yes =
          (simple && !Float.isNaN(value)) ? value <= threshold : yes(at, value, threshold);
      at = steps[from + (yes ? 2 : 3)];
    }
    return at;
  }

  private boolean yes(int node, float value, float threshold) {
    if (Float.isNaN(value)) {
      return missing[node];
    }
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

package dev.caisson.airlock.structure;

import dev.caisson.airlock.scan.ModelGraph.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The trees of a `TreeEnsembleClassifier` or `-Regressor` (operator set 1 to 3), for routing rows.
/// Refused: node ids given twice, children that are not there, cycles (a node with two parents),
/// columns that the rows do not have.
final class Trees {
  private record Node(String mode, int column, float threshold, int yes, int no, boolean missing) {}

  private final List<Node> nodes;
  private final List<Integer> roots;

  private Trees(List<Node> nodes, List<Integer> roots) {
    this.nodes = nodes;
    this.roots = roots;
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
    List<Node> nodes = new ArrayList<>();
    Set<Integer> children = new HashSet<>();
    for (int i = 0; i < n; i++) {
      boolean leaf = modes.get(i).equals("LEAF");
      int left = leaf ? -1 : places.getOrDefault(new Id(trees[i], yes[i]), -1);
      int right = leaf ? -1 : places.getOrDefault(new Id(trees[i], no[i]), -1);
      boolean known = modes.get(i).matches("BRANCH_(LEQ|LT|GTE|GT|EQ|NEQ)");
      boolean broken = !known || left < 0 || right < 0 || features[i] < 0 || features[i] >= columns;
      // one parent each: then every walk from a root ends
      if (!leaf && (broken || !children.add(left) || !children.add(right))) {
        return Optional.empty();
      }
      nodes.add(
          new Node(
              modes.get(i),
              leaf ? 0 : (int) features[i],
              (float) values[i],
              left,
              right,
              missing.length == n && missing[i] != 0));
    }
    List<Integer> roots = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (!children.contains(i)) {
        roots.add(i);
      }
    }
    return roots.isEmpty() ? Optional.empty() : Optional.of(new Trees(nodes, roots));
  }

  int count() {
    return roots.size();
  }

  int leaves() {
    return (int) nodes.stream().filter(n -> n.mode().equals("LEAF")).count();
  }

  interface Row {
    float at(int column);
  }

  /// The leaf that the row ends in, in each tree.
  int[] leaves(Row row) {
    int[] leaves = new int[roots.size()];
    for (int tree = 0; tree < leaves.length; tree++) {
      int at = roots.get(tree);
      while (!nodes.get(at).mode().equals("LEAF")) {
        at = next(nodes.get(at), row);
      }
      leaves[tree] = at;
    }
    return leaves;
  }

  private static int next(Node node, Row row) {
    float value = row.at(node.column());
    if (Float.isNaN(value)) {
      return node.missing() ? node.yes() : node.no();
    }
    boolean yes =
        switch (node.mode()) {
          case "BRANCH_LEQ" -> value <= node.threshold();
          case "BRANCH_LT" -> value < node.threshold();
          case "BRANCH_GTE" -> value >= node.threshold();
          case "BRANCH_GT" -> value > node.threshold();
          case "BRANCH_EQ" -> value == node.threshold();
          default -> value != node.threshold();
        };
    return yes ? node.yes() : node.no();
  }
}

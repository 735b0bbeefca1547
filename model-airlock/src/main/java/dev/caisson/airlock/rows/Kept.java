package dev.caisson.airlock.rows;

import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers that one operation keeps of one column: a tree ensemble's thresholds, or what a scaler
/// or imputer stores. Held by reference, never compared.
@SuppressWarnings("ArrayRecordComponent")
record Kept(int column, boolean threshold, String where, float[] values) {

  /// All of them, by column.
  static List<Kept> of(ModelGraph graph, int columns) {
    List<Kept> kept = new ArrayList<>();
    for (Operation op : graph.operations()) {
      if (op.operator().startsWith("TreeEnsemble")) {
        thresholds(op, columns, kept);
      } else if (op.operator().equals("Scaler")) {
        stored(op, "offset", columns, kept);
      } else if (op.operator().equals("Imputer")) {
        stored(op, "imputed_value_floats", columns, kept);
      }
    }
    kept.sort(Comparator.comparingInt(Kept::column));
    return kept;
  }

  private static void thresholds(Operation op, int columns, List<Kept> kept) {
    double[] values = op.numbers("nodes_values");
    long[] features = op.wholes("nodes_featureids");
    List<String> modes = op.texts("nodes_modes");
    int nodes = Math.min(values.length, Math.min(features.length, modes.size()));
    Map<Integer, List<Float>> perColumn = new HashMap<>();
    for (int i = 0; i < nodes; i++) {
      if (!modes.get(i).equals("LEAF") && features[i] >= 0 && features[i] < columns) {
        perColumn.computeIfAbsent((int) features[i], c -> new ArrayList<>()).add((float) values[i]);
      }
    }
    for (Map.Entry<Integer, List<Float>> each : perColumn.entrySet()) {
      float[] numbers = new float[each.getValue().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = each.getValue().get(i);
      }
      String where = "node %s, column %d".formatted(op.name(), each.getKey());
      kept.add(new Kept(each.getKey(), true, where, numbers));
    }
  }

  private static void stored(Operation op, String setting, int columns, List<Kept> kept) {
    double[] numbers = op.numbers(setting);
    for (int column = 0; numbers.length == columns && column < columns; column++) {
      String where = "node %s, %s of column %d".formatted(op.name(), setting, column);
      kept.add(new Kept(column, false, where, new float[] {(float) numbers[column]}));
    }
  }
}

package dev.caisson.airlock.structure;

import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.WeightBits;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A model's kind and why it was taken for that. Decided by operators and sizes of tables, in this
/// order: rows of persons kept; trees; linear models; networks. A mixture of trees with another is
/// unknown.
public record ModelStructure(ModelKind kind, String reason) {
  private static final Set<String> LAYERS =
      Set.of("Gemm", "MatMul", "Conv", "ConvTranspose", "LSTM", "GRU", "RNN");

  /// `persons` and `columns` are the size of the members' table.
  public static ModelStructure of(ModelGraph graph, int persons, int columns) {
    Optional<String> kept = instances(graph, persons, columns);
    if (kept.isPresent()) {
      return new ModelStructure(ModelKind.INSTANCES, kept.get());
    }
    long trees = count(graph, "TreeEnsemble");
    long linear = count(graph, "LinearClassifier") + count(graph, "LinearRegressor");
    List<String> layers =
        graph.operations().stream()
            .filter(op -> op.domain().isEmpty() && LAYERS.contains(op.operator()))
            .filter(op -> op.inputs().stream().anyMatch(graph.weights()::containsKey))
            .map(Operation::operator)
            .toList();
    if (trees > 0 && linear == 0 && layers.isEmpty()) {
      return new ModelStructure(ModelKind.TREES, "%d tree operators".formatted(trees));
    }
    if (trees == 0 && linear == 1 && layers.isEmpty()) {
      return new ModelStructure(ModelKind.LINEAR, "one linear operator");
    }
    if (trees == 0 && linear == 0 && layers.size() == 1 && flat(layers.getFirst())) {
      return new ModelStructure(ModelKind.LINEAR, "one product with a matrix of weights");
    }
    if (trees == 0 && linear == 0 && !layers.isEmpty()) {
      return new ModelStructure(ModelKind.NEURAL_NETWORK, "%d layers".formatted(layers.size()));
    }
    return new ModelStructure(
        ModelKind.UNKNOWN,
        "%d tree operators, %d linear ones, %d layers".formatted(trees, linear, layers.size()));
  }

  private static boolean flat(String layer) {
    return layer.equals("Gemm") || layer.equals("MatMul");
  }

  private static long count(ModelGraph graph, String prefix) {
    return graph.operations().stream().filter(op -> op.operator().startsWith(prefix)).count();
  }

  private static Optional<String> instances(ModelGraph graph, int persons, int columns) {
    for (Operation op : graph.operations()) {
      int kept = op.numbers("support_vectors").length;
      if (op.operator().startsWith("SVM") && kept > 0) {
        return Optional.of(
            "%d numbers of support vectors, which are persons' rows".formatted(kept));
      }
    }
    boolean nearest =
        graph.operations().stream()
            .anyMatch(op -> op.operator().equals("TopK") || op.operator().equals("ArgMin"));
    boolean distances =
        graph.operations().stream()
            .anyMatch(op -> op.operator().equals("Scan") || op.operator().equals("CDist"));
    for (WeightBits table : graph.weights().values()) {
      List<Long> shape = table.shape();
      boolean flat = shape.size() == 2;
      boolean perPerson = flat && shape.contains((long) persons) && shape.contains((long) columns);
      if (perPerson && persons != columns && persons > 20) {
        return Optional.of("a table of %d rows of %d, as the members'".formatted(persons, columns));
      }
      if (flat && nearest && distances && shape.contains((long) columns)) {
        return Optional.of("the nearest of %s rows are looked for".formatted(shape));
      }
    }
    return Optional.empty();
  }
}

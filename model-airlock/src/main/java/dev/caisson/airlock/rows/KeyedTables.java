package dev.caisson.airlock.rows;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.WeightBits;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tensors with one row (or entry) for each person: a dimension equal to the number of members, or
/// a table looked up by a key with at least as many rows.
///
/// A coincidence is possible (a layer as wide as the study is large), so a dimension that fits
/// warns; a looked-up table (`Gather`, an embedding keyed by person) and a table with a row per
/// person as wide as the rows (nearest neighbours) block. Says nothing below 20 persons, where
/// widths of that size are common. Misses: tables with some persons left out, or padded, unless
/// they are looked up.
public final class KeyedTables {
  private static final int FEWEST = 20;
  private static final Set<String> LOOK_UPS =
      Set.of("Gather", "GatherElements", "GatherND", "ArrayFeatureExtractor");

  private final int persons;
  private final int columns;

  /// `persons` is the number of members, `columns` how many numbers one of their rows has.
  public KeyedTables(int persons, int columns) {
    if (persons < 1 || columns < 1) {
      throw new IllegalArgumentException("%d rows of %d".formatted(persons, columns));
    }
    this.persons = persons;
    this.columns = columns;
  }

  public List<Finding> check(ModelGraph graph) {
    Findings keyed = new Findings("tables.keyed-by-person");
    if (persons < FEWEST) {
      return keyed.orPass("too few persons (%d) to tell".formatted(persons));
    }
    Map<String, List<Operation>> readers = graph.readers();
    for (Map.Entry<String, WeightBits> each : graph.weights().entrySet()) {
      List<Long> shape = each.getValue().shape();
      String where = "tensor " + each.getKey();
      boolean perPerson = shape.contains((long) persons);
      boolean lookedUp =
          readers.getOrDefault(each.getKey(), List.of()).stream()
              .anyMatch(
                  op ->
                      LOOK_UPS.contains(op.operator())
                          && op.inputs().getFirst().equals(each.getKey()));
      if (lookedUp && !shape.isEmpty() && shape.stream().anyMatch(d -> d >= persons)) {
        keyed.block("a table looked up by a key has a row for each person", where);
      } else if (perPerson && shape.contains((long) columns) && shape.size() == 2) {
        keyed.block("%d rows of %d, as the members' table has".formatted(persons, columns), where);
      } else if (perPerson) {
        keyed.warn("has a dimension of %d, the number of members".formatted(persons), where);
      }
    }
    for (Map.Entry<String, ModelGraph.Setting> each : graph.tables().entrySet()) {
      int size =
          switch (each.getValue()) {
            case ModelGraph.Setting.Wholes w -> w.values().length;
            case ModelGraph.Setting.Texts t -> t.values().size();
            case ModelGraph.Setting.Numbers n -> n.values().length;
          };
      if (size == persons) {
        keyed.warn(
            "has an entry for each of %d members".formatted(size), "tensor " + each.getKey());
      }
    }
    return keyed.orPass("no tensor has a row for each person");
  }
}

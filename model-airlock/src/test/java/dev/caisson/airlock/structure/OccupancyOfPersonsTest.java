package dev.caisson.airlock.structure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.rows.RowTable;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.ModelGraph.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Ten rows make no ten people: 30 visits, of which the ten with x under .5 share a leaf, and two
/// patients made them.
final class OccupancyOfPersonsTest {
  private static final int VISITS = 30;
  private static final int IN_LEAF = 10;

  private final float[] cells = new float[VISITS];
  private final float[] labels = new float[VISITS];
  private final int[] patients = new int[VISITS];

  OccupancyOfPersonsTest() {
    for (int visit = 0; visit < VISITS; visit++) {
      cells[visit] = visit < IN_LEAF ? 0 : 1;
      labels[visit] = visit % 2;
      patients[visit] = visit < IN_LEAF ? visit % 2 : visit;
    }
  }

  @Test
  void blocksALeafOfTenRowsOfTwoPatients() {
    Members members = new Members(new RowTable(1, cells), labels, patients, false);
    Occupancy occupancy = Occupancy.of(stump(), members, 10);
    assertThat(occupancy.smallestLeaf()).isEqualTo(2);
    assertThat(occupancy.smallestGroup()).isEqualTo(2);
    assertThat(occupancy.groupsBelow()).isEqualTo(1);
    assertThat(findings(members))
        .anyMatch(f -> f.blocks() && f.check().equals("structure.leaves"))
        .anyMatch(f -> f.blocks() && f.check().equals("structure.groups"));
  }

  @Test
  void passesTheSameLeafWhereEachRowIsAPerson() {
    Members members = new Members(new RowTable(1, cells), labels, false);
    Occupancy occupancy = Occupancy.of(stump(), members, 10);
    assertThat(occupancy.smallestLeaf()).isEqualTo(10);
    assertThat(occupancy.groupsBelow()).isZero();
    assertThat(findings(members)).noneMatch(Finding::blocks);
  }

  /// The order of the table does not matter: a patient's visits need not follow each other.
  @Test
  void aPatientCountsOnceWhereverTheirRowsAre() {
    float[] mixed = new float[VISITS];
    int[] whose = new int[VISITS];
    for (int visit = 0; visit < VISITS; visit++) {
      int to = (visit * 7) % VISITS; // a permutation, as 7 and 30 share no divisor
      mixed[to] = cells[visit];
      whose[to] = patients[visit];
    }
    Members members = new Members(new RowTable(1, mixed), labels, whose, false);
    assertThat(Occupancy.of(stump(), members, 10).smallestLeaf()).isEqualTo(2);
  }

  private static List<Finding> findings(Members members) {
    ModelGraph graph =
        new ModelGraph(List.of("x"), List.of("y"), List.of(tree()), Map.of(), Map.of(), false);
    return new StructuralDisclosure(new StructuralLimits(10, 10, 10))
        .assess(graph, members, false)
        .findings();
  }

  /// x at most .5, or above it.
  private static Operation tree() {
    return new Operation(
        "t",
        "TreeEnsembleClassifier",
        "ai.onnx.ml",
        List.of("x"),
        List.of("y"),
        Map.of(
            "nodes_treeids", new Setting.Wholes(new long[3]),
            "nodes_nodeids", new Setting.Wholes(new long[] {0, 1, 2}),
            "nodes_featureids", new Setting.Wholes(new long[3]),
            "nodes_values", new Setting.Numbers(new double[] {0.5, 0, 0}),
            "nodes_modes", new Setting.Texts(List.of("BRANCH_LEQ", "LEAF", "LEAF")),
            "nodes_truenodeids", new Setting.Wholes(new long[] {1, 0, 0}),
            "nodes_falsenodeids", new Setting.Wholes(new long[] {2, 0, 0})));
  }

  private static Trees stump() {
    return Trees.of(tree(), 1).orElseThrow();
  }
}

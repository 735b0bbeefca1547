package dev.caisson.airlock.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Fixtures;
import dev.caisson.airlock.rows.RowTable;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.ModelGraph.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// On models that scikit-learn and XGBoost exported, and the 300 members they were trained on.
class StructuralDisclosureTest {
  private final StructuralDisclosure disclosure =
      new StructuralDisclosure(new StructuralLimits(10, 10, 10));
  private final Members members = members(300);

  @Test
  void tellsKindsApart() {
    assertThat(kind("mlp")).isEqualTo(ModelKind.NEURAL_NETWORK);
    assertThat(kind("forest-leaf-20")).isEqualTo(ModelKind.TREES);
    assertThat(kind("xgboost")).isEqualTo(ModelKind.TREES);
    assertThat(kind("minmax-logistic")).isEqualTo(ModelKind.LINEAR);
    assertThat(kind("svc-rbf")).isEqualTo(ModelKind.INSTANCES);
    assertThat(kind("one-nearest-neighbour")).isEqualTo(ModelKind.INSTANCES);
    ModelGraph odd = new ModelGraph(List.of(), List.of(), List.of(), Map.of(), Map.of(), false);
    assertThat(ModelStructure.of(odd, 300, 6).kind()).isEqualTo(ModelKind.UNKNOWN);
  }

  @Test
  void blocksModelsThatKeepPersons() {
    for (String name : List.of("svc-rbf", "one-nearest-neighbour")) {
      assertThat(blocks(name, true)).as(name).contains("structure.instances");
    }
  }

  @Test
  void honestModelsDoNotBlock() {
    for (String name :
        List.of(
            "mlp",
            "minmax-logistic",
            "linear-regression",
            "tree-classifier-leaf-20",
            "forest-leaf-20")) {
      assertThat(blocks(name, false)).as(name).isEmpty();
    }
  }

  @Test
  void blocksAnUnpenalisedModelWithAsManyParametersAsPersons() {
    Members few = members(12);
    StructuralDisclosure.Report report =
        disclosure.assess(Fixtures.graph("linear-regression"), few, false);
    assertThat(report.findings())
        .anyMatch(
            f -> f.blocks() && f.what().contains("5 residual degrees of freedom: 12 persons, 7"));
    assertThat(disclosure.assess(Fixtures.graph("linear-regression"), few, true).findings())
        .noneMatch(Finding::blocks)
        .anyMatch(f -> f.what().contains("was penalised, by the caller's word"));
    // two classes share one equation
    assertThat(disclosure.assess(Fixtures.graph("minmax-logistic"), few, false).findings())
        .anyMatch(f -> f.what().contains("12 persons, 7 parameters"));
  }

  @Test
  void blocksTreesWithALeafOfOne() {
    assertThat(blocks("tree-classifier-unrestricted", true))
        .contains("structure.leaves", "structure.groups");
    assertThat(blocks("tree-regressor-unrestricted", true)).contains("structure.leaves");
  }

  @Test
  void routesMembersAsScikitLearnDid() {
    // min_samples_leaf=20 without bootstrap: exactly what the training saw
    Trees trees =
        Trees.of(Fixtures.graph("tree-classifier-leaf-20").operations().getFirst(), 6)
            .orElseThrow();
    Occupancy occupancy = Occupancy.of(trees, members, 10);
    assertThat(occupancy.smallestLeaf()).isBetween(20, 40);
    assertThat(occupancy.emptyLeaves()).isZero();
    assertThat(occupancy.groups()).isEqualTo(occupancy.leaves());
    Trees forest =
        Trees.of(Fixtures.graph("forest-leaf-20").operations().getFirst(), 6).orElseThrow();
    assertThat(forest.count()).isEqualTo(5);
    assertThat(Occupancy.of(forest, members, 10).smallestLeaf()).isGreaterThanOrEqualTo(20);
    Trees unrestricted =
        Trees.of(Fixtures.graph("tree-regressor-unrestricted").operations().getFirst(), 6)
            .orElseThrow();
    assertThat(Occupancy.of(unrestricted, members, 10).smallestLeaf()).isEqualTo(1);
    assertThat(Occupancy.of(unrestricted, members, 10).groups()).isGreaterThan(295);
  }

  @Test
  void warnsOfOutputsThatGiveAClassAway() {
    assertThat(
            disclosure
                .assess(Fixtures.graph("tree-classifier-unrestricted"), members, true)
                .findings())
        .anyMatch(f -> f.check().equals("structure.classes") && f.status() == Finding.Status.WARN);
  }

  @Test
  void saysNothingOfTreesThatSeeTransformedRows() {
    Operation tree = Fixtures.graph("tree-classifier-leaf-20").operations().getFirst();
    Operation scaler =
        new Operation("s", "Scaler", "ai.onnx.ml", List.of("in"), List.of("X"), Map.of());
    ModelGraph graph =
        new ModelGraph(
            List.of("in"), tree.outputs(), List.of(scaler, tree), Map.of(), Map.of(), false);
    assertThat(disclosure.assess(graph, members, true).findings())
        .anyMatch(f -> f.check().equals("structure.leaves") && f.status() == Finding.Status.WARN)
        .filteredOn(f -> List.of("structure.groups", "structure.classes").contains(f.check()))
        .hasSize(2)
        .allMatch(f -> f.what().startsWith("not looked at"));
    Members inner = new Members(new RowTable(6, Fixtures.rows()), Fixtures.classes(), true);
    assertThat(disclosure.assess(graph, inner, true).findings())
        .noneMatch(f -> f.check().equals("structure.leaves") && f.status() != Finding.Status.PASS);
  }

  @Test
  void refusesTreesThatNeverEnd() {
    Map<String, Setting> circle =
        Map.of(
            "nodes_treeids", new Setting.Wholes(new long[] {0, 0}),
            "nodes_nodeids", new Setting.Wholes(new long[] {0, 1}),
            "nodes_featureids", new Setting.Wholes(new long[2]),
            "nodes_truenodeids", new Setting.Wholes(new long[] {1, 0}),
            "nodes_falsenodeids", new Setting.Wholes(new long[] {1, 0}),
            "nodes_values", new Setting.Numbers(new double[2]),
            "nodes_modes", new Setting.Texts(List.of("BRANCH_LEQ", "BRANCH_LEQ")));
    Operation op =
        new Operation(
            "t", "TreeEnsembleClassifier", "ai.onnx.ml", List.of("x"), List.of("y"), circle);
    assertThat(Trees.of(op, 6)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new StructuralLimits(0, 1, 1));
  }

  private ModelKind kind(String name) {
    return ModelStructure.of(Fixtures.graph(name), 300, 6).kind();
  }

  private List<String> blocks(String name, boolean penalised) {
    return disclosure.assess(Fixtures.graph(name), members, penalised).findings().stream()
        .filter(Finding::blocks)
        .map(Finding::check)
        .toList();
  }

  private static Members members(int persons) {
    return new Members(
        new RowTable(6, Arrays.copyOf(Fixtures.rows(), persons * 6)),
        Arrays.copyOf(Fixtures.classes(), persons),
        false);
  }
}

package dev.caisson.airlock.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Fixtures;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.ModelGraph.Setting;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rows, labels and words in the tables of models that scikit-learn and XGBoost exported.
class ModelTablesTest {
  private static final int PERSONS = 300;
  private static final int K = 10;

  private final RowTable rows = new RowTable(Fixtures.COLUMNS, Fixtures.rows());

  @Test
  void findsTheRowsOfNearestNeighboursAndSupportVectors() {
    assertThat(scan("one-nearest-neighbour", Fixtures.classes()).count().rowHits())
        .isGreaterThan(290);
    assertThat(scan("svc-rbf", Fixtures.classes()).count().rowHits()).isGreaterThan(200);
  }

  @Test
  void findsNoRowInHonestModels() {
    for (String honest : List.of("mlp", "minmax-logistic", "tree-classifier-leaf-20", "xgboost")) {
      assertThat(scan(honest, Fixtures.classes()).count().found()).as(honest).isFalse();
    }
  }

  @Test
  void theLeavesOfAnUnrestrictedRegressionTreeAreAllLabels() {
    List<Finding> findings = values(Fixtures.costs()).check(graph("tree-regressor-unrestricted"));
    assertThat(findings).anyMatch(f -> f.blocks() && f.check().equals("trees.leaves"));
    assertThat(scan("tree-regressor-unrestricted", Fixtures.costs()).count().labelHits())
        .isGreaterThan(290);
  }

  @Test
  void forestsKeepLabelsDividedByTheNumberOfTrees() {
    float[] costs = Fixtures.costs();
    double[] leaves = new double[costs.length];
    long[] trees = new long[costs.length];
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = costs[i] / 4.0f;
      trees[i] = i % 4;
    }
    ModelGraph forest =
        model(
            "TreeEnsembleRegressor",
            Map.of(
                "target_weights", new Setting.Numbers(leaves),
                "nodes_treeids", new Setting.Wholes(trees)));
    assertThat(values(costs).check(forest))
        .anyMatch(f -> f.blocks() && f.check().equals("trees.leaves"));
  }

  @Test
  void honestTreesKeepNoLabels() {
    for (String honest : List.of("tree-classifier-leaf-20", "forest-leaf-20")) {
      assertThat(values(Fixtures.costs()).check(graph(honest)))
          .as(honest)
          .noneMatch(Finding::blocks);
    }
  }

  @Test
  void blocksThresholdsThatAreMembersValues() {
    double[] thresholds = new double[30];
    for (int i = 0; i < thresholds.length; i++) {
      thresholds[i] = rows.at(i, 2);
    }
    long[] features = new long[30];
    Arrays.fill(features, 2);
    ModelGraph tree =
        model(
            "TreeEnsembleClassifier",
            Map.of(
                "nodes_values", new Setting.Numbers(thresholds),
                "nodes_featureids", new Setting.Wholes(features),
                "nodes_modes", new Setting.Texts(Collections.nCopies(30, "BRANCH_LEQ"))));
    assertThat(values(Fixtures.classes()).check(tree))
        .anyMatch(f -> f.blocks() && f.check().equals("trees.thresholds"));
  }

  @Test
  void flagsAScalerThatKeepsAColumnsSmallestValue() {
    double[] offset = new double[Fixtures.COLUMNS];
    offset[3] = Float.MAX_VALUE;
    for (int row = 0; row < PERSONS; row++) {
      offset[3] = Math.min(offset[3], rows.at(row, 3));
    }
    ModelGraph scaler = model("Scaler", Map.of("offset", new Setting.Numbers(offset)));
    assertThat(values(Fixtures.classes()).check(scaler))
        .anyMatch(f -> f.check().equals("tables.extremes") && f.what().contains("smallest"));
    assertThat(values(Fixtures.classes()).check(graph("mlp")))
        .allMatch(f -> f.status() == Finding.Status.PASS);
  }

  @Test
  void blocksATownThatOnePersonLivesIn() {
    ModelGraph towns = graph("one-hot-towns");
    EntryCounts counts = EntryCounts.wanted(towns, K);
    for (int person = 0; person < PERSONS; person++) {
      counts.add(person, person < 150 ? "Ayr" : person < 299 ? "Bath" : "Zennor");
      counts.addNumber(person, person % 2);
      counts.add(person, "a word that the model does not keep " + person);
    }
    TableEntries entries = new TableEntries(counts, PERSONS, K);
    List<Finding> blocks = entries.check(towns).stream().filter(Finding::blocks).toList();
    assertThat(blocks).hasSize(1);
    assertThat(blocks.getFirst().what()).contains("1 of 3 entries").doesNotContain("Zennor");
    for (int person = 0; person < K; person++) {
      counts.add(1_000 + person, "Zennor");
    }
    assertThat(entries.check(towns)).allMatch(f -> f.status() == Finding.Status.PASS);
  }

  @Test
  void severalRowsOfOnePersonCountOnce() {
    ModelGraph encoder =
        model("OneHotEncoder", Map.of("cats_strings", new Setting.Texts(List.of("Zennor", "A"))));
    EntryCounts counts = EntryCounts.wanted(encoder, K);
    for (int row = 0; row < 50; row++) {
      counts.add(7, "Zennor");
    }
    assertThat(new TableEntries(counts, PERSONS, K).check(encoder))
        .anyMatch(f -> f.blocks() && f.what().contains("1 of 2"))
        .anyMatch(f -> f.status() == Finding.Status.WARN && f.what().contains("no member"));
  }

  @Test
  void blocksAVocabularyOfIdentifiers() {
    long[] keys = new long[PERSONS];
    Arrays.setAll(keys, person -> 9_000_000L + person);
    ModelGraph encoder = model("LabelEncoder", Map.of("keys_int64s", new Setting.Wholes(keys)));
    EntryCounts counts = EntryCounts.wanted(encoder, K);
    for (int person = 0; person < PERSONS; person++) {
      counts.add(person, Long.toString(keys[person]));
    }
    assertThat(new TableEntries(counts, PERSONS, K).check(encoder))
        .anyMatch(f -> f.blocks() && f.what().contains("300 of 300"))
        .anyMatch(f -> f.blocks() && f.what().contains("as there are persons"));
  }

  @Test
  void aNumberIsOneEntryHoweverItIsWritten() {
    ModelGraph encoder =
        model(
            "LabelEncoder",
            Map.of(
                "keys_int64s", new Setting.Wholes(new long[] {7, 12, -3}),
                "keys_floats", new Setting.Numbers(new double[] {0.5})));
    EntryCounts counts = EntryCounts.wanted(encoder, 2);
    counts.add(1, "7.0");
    counts.addNumber(2, 7);
    counts.addNumber(3, 7.0);
    counts.addNumber(4, -3);
    counts.addNumber(5, 0.5);
    counts.addNumber(6, 99);
    counts.addNumber(6, Double.NaN);
    assertThat(counts.wantsNumbers()).isTrue();
    assertThat(counts.persons(" 7")).isEqualTo(2); // counted up to 2
    assertThat(counts.persons("-3")).isEqualTo(1);
    assertThat(counts.persons("0.5")).isEqualTo(1);
    assertThat(counts.persons("12")).isZero();
    assertThat(counts).hasToString("EntryCounts[4 entries]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TableEntries(counts, PERSONS, K))
        .withMessage("holders were counted up to 2, k is 10");
  }

  @Test
  void blocksATableWithARowForEachPerson() {
    KeyedTables keyed = new KeyedTables(PERSONS, Fixtures.COLUMNS);
    assertThat(keyed.check(graph("one-nearest-neighbour")))
        .anyMatch(f -> f.blocks() && f.what().contains("300 rows of 6"));
    for (String honest : List.of("mlp", "minmax-logistic", "forest-leaf-20", "one-hot-towns")) {
      assertThat(keyed.check(graph(honest)))
          .as(honest)
          .allMatch(f -> f.status() == Finding.Status.PASS);
    }
  }

  @Test
  void blocksAnEmbeddingKeyedByPerson() {
    // the nearest-neighbour file looks its 300 labels up by row: a table keyed by person
    assertThat(new KeyedTables(PERSONS, 99).check(graph("one-nearest-neighbour")))
        .anyMatch(f -> f.status() != Finding.Status.PASS);
  }

  private TreeValues values(float[] labels) {
    return new TreeValues(rows, labels, K);
  }

  private RowScan scan(String name, float[] labels) {
    OnnxFileScan scan = new OnnxFileScan(ScanLimits.usual());
    return new TrainingRowScan(scan.tensors(Fixtures.onnx(name))).scan(List.of(rows), labels);
  }

  private static ModelGraph graph(String name) {
    return Fixtures.graph(name);
  }

  private static ModelGraph model(String operator, Map<String, Setting> settings) {
    return new ModelGraph(
        List.of("x"),
        List.of("y"),
        List.of(new Operation("n", operator, "ai.onnx.ml", List.of("x"), List.of("y"), settings)),
        Map.of(),
        Map.of(),
        false);
  }
}

package dev.caisson.airlock;

import dev.caisson.airlock.attack.Attack;
import dev.caisson.airlock.attack.Attribute;
import dev.caisson.airlock.attack.AttributeAttack;
import dev.caisson.airlock.attack.Exhibit;
import dev.caisson.airlock.attack.GapAttack;
import dev.caisson.airlock.attack.Inputs;
import dev.caisson.airlock.attack.LabelOnlyAttack;
import dev.caisson.airlock.attack.LossAttack;
import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.QuantileAttack;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.attack.WorstCaseAttack;
import dev.caisson.airlock.evidence.Claim;
import dev.caisson.airlock.evidence.Duplicates;
import dev.caisson.airlock.evidence.Shift;
import dev.caisson.airlock.evidence.Wiring;
import dev.caisson.airlock.rows.EntryCounts;
import dev.caisson.airlock.rows.RowTable;
import dev.caisson.airlock.rows.TableEntries;
import dev.caisson.airlock.rows.TrainingRowScan;
import dev.caisson.airlock.rows.TreeValues;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.ModelGraph.Setting;
import dev.caisson.airlock.scan.StoredTensor;
import dev.caisson.airlock.statistics.Figures;
import dev.caisson.airlock.statistics.Trial;
import dev.caisson.airlock.structure.Members;
import dev.caisson.airlock.structure.StructuralDisclosure;
import dev.caisson.airlock.structure.StructuralLimits;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Milliseconds (by the clock, and of the one thread on its core) and peak heap of each part of
/// tier 1 that is not reading or scoring, run by hand with a bounded heap: `java -Xmx1g ...
/// Tier1Speed ROWS [COLUMNS]`. Half of the rows are members; beside the encoded rows a second table
/// of the same size is held, as an assessment does. The model asked is linear and costs next to
/// nothing; the graph looked at is a forest of 100 trees of six levels, the tensors those of a
/// network of 100,000 weights.
final class Tier1Speed {
  private static final int TREES = 100;
  private static final int LEVELS = 6;

  private final int rows;
  private final int width;
  private final float[] cells;
  private final float[] raw;
  private final float[] labels;
  private final float[] costs;
  private final float[] logits;
  private double total;

  private interface Part {
    Object run();
  }

  private Tier1Speed(int rows, int width) {
    this.rows = rows;
    this.width = width;
    SplittableRandom random = new SplittableRandom(1);
    cells = new float[rows * width];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = i % width >= width - 4 ? random.nextInt(2) : (float) random.nextGaussian();
    }
    raw = cells.clone();
    logits = logits(new Inputs(width, cells));
    labels = new float[rows];
    costs = new float[rows];
    for (int row = 0; row < rows; row++) {
      labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-logits[row])) ? 1 : 0;
      costs[row] = (float) random.nextGaussian();
      logits[row] += row < rows / 2 ? 0.2f * (2 * labels[row] - 1) : 0;
    }
  }

  public static void main(String[] arguments) {
    int rows = Integer.parseInt(arguments[0]);
    int width = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
    Tier1Speed speed = new Tier1Speed(rows, width);
    System.out.printf(
        "%d rows x %d, heap %d MB%n", rows, width, Runtime.getRuntime().maxMemory() >> 20);
    speed.scans();
    speed.evidence();
    speed.attacks();
    System.out.printf("%-24s %8.0f ms on a core%n", "all", speed.total);
  }

  private void attacks() {
    Exhibit exhibit =
        Exhibit.ofRows(new Predictions(Task.BINARY, 1, logits, labels), rows / 2)
            .withInputs(new Inputs(width, cells))
            .withOracle((changed, origins) -> logits(changed));
    List<Attack> attacks =
        List.of(
            new LossAttack(),
            new GapAttack(),
            new QuantileAttack(),
            new WorstCaseAttack(),
            new LabelOnlyAttack(),
            new AttributeAttack(Attribute.oneHot("a", width - 2, 2)));
    for (Attack attack : attacks) {
      List<List<Trial>> trials = new ArrayList<>();
      time(
          "attack " + attack.name(),
          () -> {
            trials.add(attack.attack(exhibit, 1));
            return trials;
          });
      time("  its figures", () -> Figures.of(trials.getFirst(), 1));
    }
  }

  private void evidence() {
    Inputs inputs = new Inputs(width, cells);
    Predictions predictions = new Predictions(Task.BINARY, 1, logits, labels);
    int[] persons = new int[rows];
    Arrays.setAll(persons, i -> i);
    List<Claim> claims = Claim.parse("auc=.81,accuracy=.70", Task.BINARY);
    time("evidence wiring", () -> Wiring.check(predictions, rows / 2, persons, claims));
    time("evidence duplicates", () -> Duplicates.check(inputs, labels, rows / 2));
    time("evidence shift", () -> Shift.check(inputs, labels, rows / 2, persons, 1));
  }

  private void scans() {
    RowTable members = new RowTable(width, Arrays.copyOf(cells, rows / 2 * width));
    float[] classes = Arrays.copyOf(labels, rows / 2);
    float[] values = Arrays.copyOf(costs, rows / 2);
    ModelGraph forest = forest();
    List<StoredTensor> tensors = List.of(tensor(width, 512), tensor(512, 160), tensor(160, 2));
    time("rows, class labels", () -> new TrainingRowScan(tensors).scan(List.of(members), classes));
    time("rows, real labels", () -> new TrainingRowScan(tensors).scan(List.of(members), values));
    time("tree values", () -> new TreeValues(members, values, 10).check(forest));
    time(
        "structure",
        () ->
            new StructuralDisclosure(new StructuralLimits(10, 10, 10))
                .assess(forest, new Members(members, classes, false), true));
    time("entries", this::entries);
  }

  private Object entries() {
    ModelGraph graph =
        graph("OneHotEncoder", Map.of("cats_int64s", new Setting.Wholes(new long[] {0, 1, 7, 99})));
    EntryCounts counts = EntryCounts.wanted(graph, 10);
    for (int row = 0; row < rows / 2; row++) {
      for (int column = 0; column < width; column++) {
        counts.addNumber(row, raw[row * width + column]);
      }
    }
    return new TableEntries(counts, rows / 2, 10).check(graph);
  }

  private void time(String name, Part part) {
    System.gc();
    List<MemoryPoolMXBean> pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(p -> p.getType() == MemoryType.HEAP)
            .toList();
    pools.forEach(MemoryPoolMXBean::resetPeakUsage);
    long start = System.nanoTime();
    long startOnCore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Object result = part.run();
    double ms = (System.nanoTime() - start) / 1e6;
    double core =
        (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startOnCore) / 1e6;
    long peak = pools.stream().mapToLong(p -> p.getPeakUsage().getUsed()).sum();
    total += core;
    String shown = result.toString();
    System.out.printf(
        "%-24s %8.0f ms, on a core %8.0f ms, peak %4d MB  %s%n",
        name, ms, core, peak >> 20, shown.substring(0, Math.min(90, shown.length())));
  }

  private static StoredTensor tensor(int rows, int columns) {
    SplittableRandom random = new SplittableRandom(rows);
    float[] weights = new float[rows * columns];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.1 * random.nextGaussian());
    }
    return new StoredTensor("w" + rows, List.of(rows, columns), weights);
  }

  private ModelGraph forest() {
    int inner = (1 << LEVELS) - 1;
    int nodes = 2 * inner + 1;
    int all = TREES * nodes;
    long[] trees = new long[all];
    long[] ids = new long[all];
    long[] columns = new long[all];
    long[] yes = new long[all];
    long[] no = new long[all];
    double[] thresholds = new double[all];
    List<String> modes = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < all; i++) {
      int node = i % nodes;
      trees[i] = i / nodes;
      ids[i] = node;
      modes.add(node < inner ? "BRANCH_LEQ" : "LEAF");
      columns[i] = random.nextInt(width);
      thresholds[i] = 0.5 * random.nextGaussian();
      yes[i] = node < inner ? 2 * node + 1 : 0;
      no[i] = node < inner ? 2 * node + 2 : 0;
    }
    return graph(
        "TreeEnsembleClassifier",
        Map.of(
            "nodes_treeids", new Setting.Wholes(trees),
            "nodes_nodeids", new Setting.Wholes(ids),
            "nodes_featureids", new Setting.Wholes(columns),
            "nodes_truenodeids", new Setting.Wholes(yes),
            "nodes_falsenodeids", new Setting.Wholes(no),
            "nodes_values", new Setting.Numbers(thresholds),
            "nodes_modes", new Setting.Texts(modes)));
  }

  private static ModelGraph graph(String operator, Map<String, Setting> settings) {
    return new ModelGraph(
        List.of("x"),
        List.of("y"),
        List.of(new Operation("n", operator, "ai.onnx.ml", List.of("x"), List.of("y"), settings)),
        Map.of(),
        Map.of(),
        false);
  }

  private static float[] logits(Inputs inputs) {
    float[] logits = new float[inputs.rows()];
    for (int row = 0; row < logits.length; row++) {
      for (int column = 0; column < 8; column++) {
        logits[row] += (column % 2 == 0 ? 0.4f : -0.3f) * inputs.at(row, column);
      }
    }
    return logits;
  }
}

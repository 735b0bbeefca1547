package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.dl4j.Dl4jEngine;
import dev.caisson.runtime.pytorch.NodeTestRun.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// `docs/reference/onnx-operations.md`, made from how the node tests ended.
final class NodeTestsPage {
  /// Operations of the engine for which the archive holds no test that could pass, and why.
  static final Map<String, String> UNTESTED =
      new TreeMap<>(
          Map.of(
              "LpNormalization",
              "the archive has no test of it; `OnnxParityTest` compares it with ONNX Runtime"));

  private static final String HEAD =
      """
      # ONNX operations

      What the pytorch engine computes, for files of opset 13 to 21. This page is written by a test
      (`NodeTestsTest` in gpu-runtime), which runs ONNX's own backend node tests, of the `onnx` wheel
      1.16.2, and fails where one gives a wrong result or where this page says something else.

      A test passes when the inferred type and shape of each output and its computed numbers are those of
      ONNX, within a relative 1e-3 and an absolute 1e-7, the tolerance of ONNX's own runner. Each runs
      twice: with all inputs fed, and with those stored in the graph that exporters store (whole numbers
      and truth values; from the second input on, lists and single numbers). It counts as refused when the engine
      says, before anything runs, that it cannot do it; a model with such a node does not open. Real
      numbers are computed in single precision, whole ones as int64.

      The column dl4j says what the dl4j engine has too. ONNX's tests are not run on it; `OperationParityTest`
      compares each of its operations with the pytorch engine's, and `EngineParityTest` whole models. It refuses
      more settings: groups and one or three dimensions in Conv, dilated pools, joining along other than axis 1,
      an LSTM other than forward from zero, arithmetic between values of different shapes. `caisson model check`
      says so of a model, before anything trains.

      A test whose operation last changed before opset 13 is read as one of opset 13, where it means the same.
      """;

  private NodeTestsPage() {}

  /// One test: the operations in its graph, and how it ended.
  record Row(Set<String> operations, Outcome outcome) {}

  /// How the tests of one operation ended.
  private static final class Tally {
    private int passed;
    private int failed;
    private final Map<String, Integer> refusals = new TreeMap<>();

    void add(Outcome outcome) {
      switch (outcome) {
        case Outcome.Passed() -> passed++;
        case Outcome.Failed(String _) -> failed++;
        case Outcome.Refused(String words) -> refusals.merge(words, 1, Integer::sum);
      }
    }

    int refused() {
      return refusals.values().stream().mapToInt(i -> i).sum();
    }
  }

  /// The engine's operations that no test of a single operation passes.
  static Set<String> withoutPass(Map<String, Row> rows) {
    Map<String, Tally> tallies = tallies(rows);
    return Operations.names().stream()
        .filter(name -> !tallies.containsKey(name) || tallies.get(name).passed == 0)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, Tally> tallies(Map<String, Row> rows) {
    Map<String, Tally> tallies = new TreeMap<>();
    for (Row row : rows.values()) {
      if (row.operations.size() == 1) {
        String operation = row.operations.iterator().next();
        tallies.computeIfAbsent(operation, name -> new Tally()).add(row.outcome);
      }
    }
    return tallies;
  }

  static String of(Map<String, Row> rows) {
    Map<String, Tally> tallies = tallies(rows);
    StringBuilder page = new StringBuilder(HEAD);
    page.append("\n## Operations\n\n");
    page.append("| operation | pass | refused | dl4j | refused because, or note |\n");
    page.append("|---|---|---|---|---|\n");
    for (String name : Operations.names()) {
      Tally tally = tallies.getOrDefault(name, new Tally());
      page.append(
          "| %s | %d | %d | %s | %s |\n"
              .formatted(
                  name,
                  tally.passed,
                  tally.refused(),
                  Dl4jEngine.operations().contains(name) ? "yes" : "",
                  note(name, tally)));
    }
    Set<String> lacking = new TreeSet<>(tallies.keySet());
    lacking.removeAll(Operations.names());
    if (!lacking.isEmpty()) {
      page.append("\n## Not there\n\nA model with one of these does not open:\n");
      page.append(String.join(", ", lacking)).append(".\n");
    }
    return page.toString();
  }

  private static String note(String name, Tally tally) {
    List<String> parts = new ArrayList<>();
    if (UNTESTED.containsKey(name)) {
      parts.add(UNTESTED.get(name));
    }
    if (tally.failed > 0) {
      parts.add("%d FAIL".formatted(tally.failed));
    }
    tally.refusals.forEach(
        (words, count) -> parts.add(count == 1 ? words : "%s (%d tests)".formatted(words, count)));
    return String.join("; ", parts).replace("|", "\\|");
  }
}

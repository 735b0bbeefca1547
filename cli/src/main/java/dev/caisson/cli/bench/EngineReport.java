package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.progress.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What `caisson bench engines` found.
record EngineReport(
    int threads, List<Compared> workloads, JsonNode ensemble, Optional<JsonNode> growth) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Every run with its figures; the ratios are those of medians.
  ObjectNode json() {
    ObjectNode json = JSON.createObjectNode().put("threads", threads);
    ArrayNode list = json.putArray("workloads");
    for (Compared compared : workloads) {
      ObjectNode entry = list.addObject();
      entry.put("workload", compared.workload().label());
      entry.put("batch", compared.workload().batch());
      compared.speedRatio().ifPresent(ratio -> entry.put("speedRatio", ratio));
      compared.memoryRatio().ifPresent(ratio -> entry.put("memoryRatio", ratio));
      entry.set("caisson", JSON.valueToTree(compared.caisson()));
      entry.set("peer", JSON.valueToTree(compared.peer()));
      if (compared.engines().size() > 1) {
        entry.set("engines", JSON.valueToTree(compared.engines()));
      }
    }
    json.set("ensemble", ensemble);
    growth.ifPresent(g -> json.set("growth", g));
    return json;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(versions()).append("\n\n").append(table()).append("\n\n");
    text.append(
        "%d models 30-64-2 at once, batches of 32: %.1f µs a model-step (aim: 50 or less)%n"
            .formatted(
                ensemble.get("models").intValue(),
                ensemble.get("microsecondsPerModelStep").doubleValue()));
    growth.ifPresent(
        g ->
            text.append(
                "memory over %,d steps: %.0f MiB after a tenth of them, %.0f MiB at the end%n"
                    .formatted(
                        g.get("steps").longValue(),
                        g.get("earlyRssMiB").doubleValue(),
                        g.get("lateRssMiB").doubleValue())));
    return text.toString().stripTrailing();
  }

  private String versions() {
    Compared first = workloads.getFirst();
    String ours =
        "caisson: "
            + first.engines().values().stream()
                .filter(runs -> !runs.isEmpty())
                .map(runs -> runs.getFirst().version())
                .collect(Collectors.joining("; "));
    String theirs = first.peer().isEmpty() ? "" : "; PyTorch: " + first.peer().getFirst().version();
    return "%s%s; threads inside an operation: %d".formatted(ours, theirs, threads);
  }

  private String table() {
    if (workloads.getFirst().engines().size() > 1) {
      return byEngine();
    }
    if (workloads.getFirst().peer().isEmpty()) {
      TextTable table = new TextTable("model", "batch", "samples/s", "peak MiB");
      for (Compared c : workloads) {
        table.row(
            c.workload().label(),
            Integer.toString(c.workload().batch()),
            round(c.samplesPerSecond()),
            round(c.peakRssMiB()));
      }
      return table.toString();
    }
    TextTable table =
        new TextTable(
            "model",
            "batch",
            "samples/s",
            "PyTorch's",
            "ratio",
            "aim",
            "peak MiB",
            "PyTorch's",
            "ratio",
            "aim");
    for (Compared c : workloads) {
      table.row(
          c.workload().label(),
          Integer.toString(c.workload().batch()),
          round(c.samplesPerSecond()),
          round(c.peerSamplesPerSecond().orElseThrow()),
          share(c.speedRatio().orElseThrow()),
          "≥ " + share(c.workload().aim()),
          round(c.peakRssMiB()),
          round(c.peerPeakRssMiB().orElseThrow()),
          share(c.memoryRatio().orElseThrow()),
          "≤ 1.20");
    }
    return table.toString();
  }

  /// A line for each engine; the ratio is to the first.
  private String byEngine() {
    TextTable table =
        new TextTable("model", "batch", "engine", "samples/s", "of the first", "peak MiB");
    for (Compared c : workloads) {
      Map<String, List<Measured>> all = new LinkedHashMap<>(c.engines());
      if (!c.peer().isEmpty()) {
        all.put("Python PyTorch", c.peer());
      }
      all.forEach((engine, runs) -> row(table, c, engine, runs));
    }
    return table.toString();
  }

  private static void row(TextTable table, Compared c, String engine, List<Measured> runs) {
    String batch = Integer.toString(c.workload().batch());
    if (runs.isEmpty()) {
      table.row(c.workload().label(), batch, engine, "lacks an operation", "", "");
      return;
    }
    double speed = Median.of(runs, Measured::samplesPerSecond);
    table.row(
        c.workload().label(),
        batch,
        engine,
        round(speed),
        share(speed / c.samplesPerSecond()),
        round(Median.of(runs, Measured::peakRssMiB)));
  }

  private static String round(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}

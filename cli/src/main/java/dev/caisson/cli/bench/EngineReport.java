package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.progress.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
    String ours = "caisson: " + first.caisson().getFirst().version();
    String theirs = first.peer().isEmpty() ? "" : "; PyTorch: " + first.peer().getFirst().version();
    return "%s%s; threads inside an operation: %d".formatted(ours, theirs, threads);
  }

  private String table() {
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

  private static String round(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}

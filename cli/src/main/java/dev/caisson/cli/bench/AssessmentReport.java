package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.progress.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What `caisson bench airlock` found. Figures are medians over the runs.
///
/// @param many the run with a million rows, or none
/// @param peer the lines of the peer's driver, or none
record AssessmentReport(
    int rows,
    int columns,
    int threads,
    List<MeasuredAssessment> runs,
    List<MeasuredAssessment> many,
    List<JsonNode> peer) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Attacks of the two that do the same thing: ours, and the peer's key.
  private static final Map<String, String> ALIKE =
      Map.of("attack: worst-case", "worstCaseAlike", "attack: quantile", "quantile");

  AssessmentReport {
    runs = List.copyOf(runs);
    many = List.copyOf(many);
    peer = List.copyOf(peer);
  }

  /// Every run with its figures; a ratio is the peer's median over ours.
  ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("rows", rows).put("columns", columns).put("threads", threads);
    json.put("seconds", Median.of(runs, MeasuredAssessment::seconds));
    json.put("cpuSeconds", Median.of(runs, MeasuredAssessment::cpuSeconds));
    json.put("peakRssMiB", Median.of(runs, MeasuredAssessment::peakRssMiB));
    json.put("peakHeapMiB", Median.of(runs, MeasuredAssessment::peakHeapMiB));
    json.set("runs", JSON.valueToTree(runs));
    json.set("million", JSON.valueToTree(many));
    json.set("peer", JSON.valueToTree(peer));
    if (!peer.isEmpty()) {
      ObjectNode ratios = json.putObject("ratios");
      ALIKE.forEach(
          (ours, theirs) ->
              ratios.put(
                  ours,
                  Median.of(peer, line -> line.at("/seconds/" + theirs).asDouble()) / phase(ours)));
    }
    return json;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%,d rows of %d columns, %d threads: %.1f s (%.1f s of CPU), %.0f MiB resident, at most %.0f MiB of heap%n"
            .formatted(
                rows,
                columns,
                threads,
                Median.of(runs, MeasuredAssessment::seconds),
                Median.of(runs, MeasuredAssessment::cpuSeconds),
                Median.of(runs, MeasuredAssessment::peakRssMiB),
                Median.of(runs, MeasuredAssessment::peakHeapMiB)));
    TextTable table = new TextTable("phase", "seconds", peer.isEmpty() ? "" : "SACRO-ML's");
    for (String phase : runs.getFirst().phases().keySet()) {
      String theirs = ALIKE.get(phase);
      table.row(
          phase,
          seconds(phase(phase)),
          peer.isEmpty() || theirs == null
              ? ""
              : seconds(Median.of(peer, line -> line.at("/seconds/" + theirs).asDouble())));
    }
    text.append('\n').append(table).append('\n');
    for (MeasuredAssessment run : many) {
      text.append(
          "%na million rows: %.0f s (%.0f s of CPU), %.0f MiB resident, at most %.0f MiB of heap"
              .formatted(run.seconds(), run.cpuSeconds(), run.peakRssMiB(), run.peakHeapMiB()));
    }
    return text.toString().stripTrailing();
  }

  private double phase(String phase) {
    return Median.of(runs, run -> run.phases().getOrDefault(phase, Double.NaN));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.2f", seconds);
  }
}

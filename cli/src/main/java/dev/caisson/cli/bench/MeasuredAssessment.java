package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/// One assessment.
///
/// @param seconds of the process, the start of Java included
/// @param cpuSeconds of all its threads: on a machine that others use too, the steadier figure
/// @param peakRssMiB the kernel's high-water mark of the process
/// @param peakHeapMiB an upper bound of the Java heap in use, garbage included
/// @param phases seconds of each, as the dossier says
record MeasuredAssessment(
    double seconds,
    double cpuSeconds,
    double peakRssMiB,
    double peakHeapMiB,
    String verdict,
    Map<String, Double> phases) {
  static MeasuredAssessment of(double seconds, JsonNode line) {
    Map<String, Double> phases = new LinkedHashMap<>();
    line.path("phases").properties().forEach(e -> phases.put(e.getKey(), e.getValue().asDouble()));
    return new MeasuredAssessment(
        seconds,
        line.path("cpuSeconds").asDouble(),
        line.path("peakRssMiB").asDouble(),
        line.path("peakHeapMiB").asDouble(),
        line.path("verdict").asText(),
        phases);
  }
}

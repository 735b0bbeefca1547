package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.progress.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// What `caisson bench rounds` found, with the peers' figures as their drivers gave them.
record RoundsReport(RoundsResult ours, List<JsonNode> peers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  RoundsReport {
    peers = List.copyOf(peers);
  }

  ObjectNode json() {
    RoundsSettings settings = ours.settings();
    ObjectNode json = JSON.createObjectNode();
    json.put("sites", settings.sites()).put("processes", settings.processes().size());
    json.put("megabytes", settings.megabytes()).put("vectorBytes", settings.vectorBytes());
    json.put("rounds", settings.rounds()).put("heapMiB", settings.heapMebibytes());
    json.put("siteHeapMiB", settings.siteHeapMebibytes());
    json.put("submitSeconds", ours.submitSeconds());
    ObjectNode seconds = json.putObject("roundSeconds");
    seconds.put("median", ours.median()).put("p90", ours.ninth()).put("max", ours.slowest());
    seconds.put("first", ours.rounds().getFirst().seconds());
    seconds.put("atCoordinatorMedian", ours.atCoordinator());
    ArrayNode each = json.putArray("eachRoundSeconds");
    ours.rounds().forEach(round -> each.add(round.seconds()));
    json.put("bytesSentBySite", ours.bytesSent());
    ObjectNode bare = json.putObject("bare");
    bare.put("median", ours.bareMedian());
    ours.bare().forEach(bare.withArray("seconds")::add);
    json.put("ratioToBare", ours.ratio());
    json.put("earlyRound", RoundsWatch.tenth(settings.rounds()));
    ArrayNode processes = json.putArray("memory");
    ours.end()
        .forEach(
            (name, end) -> {
              ObjectNode process = processes.addObject().put("process", name);
              early(name).into(process.putObject("early"));
              end.into(process.putObject("end"));
            });
    ours.troubles().forEach(json.putArray("troubles")::add);
    json.putArray("peers").addAll(peers);
    return json;
  }

  private ProcessSample early(String process) {
    ProcessSample sample = ours.early().get(process);
    if (sample == null) {
      throw new IllegalStateException("each process was looked at twice");
    }
    return sample;
  }

  String text() {
    RoundsSettings settings = ours.settings();
    return """
        %d sites in %d processes, a model of %,d bytes, %d rounds without training; submitted in %.2f s

        %s

        a site sends %,.0f bytes a round; the bare transfer is that of the model to every site and back,
        through the same TLS; a round also shows every site the sum, and has it checked%s

        %s
        """
        .formatted(
            settings.sites(),
            settings.processes().size(),
            settings.vectorBytes(),
            settings.rounds(),
            ours.submitSeconds(),
            seconds(),
            ours.bytesSent(),
            ours.troubles().isEmpty()
                ? ""
                : "\nNOT UNDISTURBED: " + String.join("; ", ours.troubles()),
            memory())
        .stripTrailing();
  }

  private String seconds() {
    TextTable table = new TextTable("what", "median s", "90% within", "slowest", "of bare");
    table.row(
        "a round", s(ours.median()), s(ours.ninth()), s(ours.slowest()), times(ours.median()));
    table.row(
        "of it from opening to sum", s(ours.atCoordinator()), "", "", times(ours.atCoordinator()));
    table.row("the first round", s(ours.rounds().getFirst().seconds()), "", "", "");
    table.row("the bare transfer", s(ours.bareMedian()), "", "", times(ours.bareMedian()));
    for (JsonNode peer : peers) {
      table.row(
          peer.path("engine").asText() + " " + peer.path("version").asText(),
          s(peer.path("medianSeconds").doubleValue()),
          s(peer.path("p90Seconds").doubleValue()),
          s(peer.path("maxSeconds").doubleValue()),
          times(peer.path("medianSeconds").doubleValue()));
    }
    return table.toString();
  }

  private String memory() {
    TextTable table =
        new TextTable(
            "process", "after round", "MiB", "live heap", "threads", "open files", "peak MiB");
    int tenth = RoundsWatch.tenth(ours.settings().rounds());
    for (Map.Entry<String, ProcessSample> end : ours.end().entrySet()) {
      row(table, end.getKey(), tenth, early(end.getKey()));
      row(table, "", ours.settings().rounds(), end.getValue());
    }
    for (JsonNode peer : peers) {
      peer.path("peakMiB")
          .properties()
          .forEach(
              process ->
                  table.row(
                      peer.path("engine").asText() + " " + process.getKey(),
                      "",
                      "",
                      "",
                      "",
                      "",
                      whole(process.getValue().doubleValue())));
    }
    return table.toString();
  }

  private static void row(TextTable table, String name, int round, ProcessSample sample) {
    OptionalDouble heap = sample.liveHeapMiB();
    table.row(
        name,
        Integer.toString(round),
        whole(sample.rssMiB()),
        heap.isPresent() ? whole(heap.getAsDouble()) : "?",
        Integer.toString(sample.threads()),
        Integer.toString(sample.descriptors()),
        whole(sample.peakRssMiB()));
  }

  private String times(double seconds) {
    return String.format(Locale.ROOT, "%.1f", seconds / ours.bareMedian());
  }

  private static String s(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}

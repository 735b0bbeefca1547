package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.bench.AggregationRun.Measured;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.secagg.graph.GraphGuarantee;
import dev.caisson.secagg.graph.GraphParameters;
import dev.caisson.secagg.graph.Topology;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `caisson bench secure-agg`: a whole round between sites and a coordinator in this process, after
/// a small one that warms the machine up. The sum is compared entry by entry with plain addition,
/// and where rounds of training have their sum checked by the sites, they check it here too.
@Command(
    name = "secure-agg",
    description = {
      "Measure secure aggregation: a whole round with real keys, signatures and encodings, all "
          + "sites in this process, no network. Compares the sum with plain addition, and has each "
          + "site check it where it would (over a complete graph).",
      "Long vectors are made as they are read, and uploads wait in a file: memory does not grow "
          + "with the entries."
    })
final class AggregationCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--sites",
      paramLabel = "N",
      defaultValue = "20",
      description = "Sites of the cohort (default: ${DEFAULT-VALUE}).")
  private int sites;

  @Option(
      names = "--entries",
      paramLabel = "M",
      defaultValue = "100000",
      description = "Entries of the vector (default: ${DEFAULT-VALUE}).")
  private int entries;

  @Option(
      names = "--drop",
      paramLabel = "P",
      defaultValue = "0",
      description =
          "Percent of the sites lost after their shares, before their upload (default: "
              + "${DEFAULT-VALUE}).")
  private double drop;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Threads of the coordinator, and of each site (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--bits",
      paramLabel = "B",
      defaultValue = "24",
      description = "Bits of a residue on the wire (default: ${DEFAULT-VALUE}).")
  private int bits;

  @Option(
      names = "--graph",
      defaultValue = "complete",
      description =
          "Who masks with whom: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). Over a regular "
              + "graph all sites but a few take signatures that held once in this process on trust; "
              + "they are counted apart.")
  private AggregationSettings.Graph graph = AggregationSettings.Graph.COMPLETE;

  @Option(names = "--json", description = "The last line is a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    AggregationSettings settings = settings();
    Path folder = Files.createTempDirectory("caisson-bench");
    try {
      int few = Math.min(sites, 12);
      AggregationSettings small =
          new AggregationSettings(
              few,
              Math.min(entries, 300_000),
              0,
              threads,
              bits,
              AggregationSettings.Graph.COMPLETE);
      new AggregationRun(small, Optional.empty()).run(folder);
      Measured round = measured(settings, folder);
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? json(settings, round) : text(settings, round));
      return 0;
    } finally {
      Folders.delete(folder);
    }
  }

  private static Measured measured(AggregationSettings settings, Path folder) throws Exception {
    return switch (settings.graph()) {
      case COMPLETE -> new AggregationRun(settings, Optional.empty()).run(folder);
      case REGULAR -> {
        try (SharedVerification shared = SharedVerification.open()) {
          yield new AggregationRun(settings, Optional.of(shared)).run(folder);
        }
      }
    };
  }

  private AggregationSettings settings() {
    try {
      return new AggregationSettings(sites, entries, drop, threads, bits, graph);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode json(AggregationSettings settings, Measured round) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("sites", sites).put("entries", entries).put("dropPercent", drop);
    json.put("survivors", settings.survivors()).put("threshold", settings.threshold());
    json.put("threads", threads).put("bits", bits);
    if (settings.topology() instanceof Topology.Regular(GraphParameters parameters, int corrupt)) {
      json.put("degree", parameters.degree()).put("shareThreshold", parameters.threshold());
      json.put("corrupt", corrupt).put("sitesThatVerifyAll", settings.verifying().size());
    }
    round
        .graph()
        .ifPresent(
            promise ->
                json.put("others", promise.others())
                    .put("alpha", promise.alpha())
                    .put("log2OfHalfOrLess", promise.log2OfHalfOrLess()));
    json.put("graph", graph.name().toLowerCase(Locale.ROOT)).put("sum", "exact");
    json.put("checkedBySites", round.isChecked());
    json.set("phases", mapper.valueToTree(round.rows()));
    json.put("maxHeapMiB", Runtime.getRuntime().maxMemory() / 1048576.0);
    return json;
  }

  private String text(AggregationSettings settings, Measured round) {
    TextTable table = new TextTable("who", "phase", "ms", "cpu ms", "bytes sent", "peak heap MiB");
    for (Tally.Row row : round.rows()) {
      table.row(
          row.side().label,
          row.phase(),
          "%,.2f".formatted(row.ms()),
          "%,.2f".formatted(row.cpuMs()),
          "%,d".formatted(row.bytes()),
          "%,.0f".formatted(row.heapMiB()));
    }
    return """
        %d sites, %d of them to the end, t = %d, %,d entries of %d bits, %d threads; %s

        %s

        the sum is exact, %s; a site's figures are medians over the sites, the coordinator's are sums;
        the heap is that of all in one process"""
        .formatted(
            sites,
            settings.survivors(),
            settings.threshold(),
            entries,
            bits,
            threads,
            graphInWords(settings) + round.graph().map(AggregationCommand::inWords).orElse(""),
            table,
            round.isChecked() ? "and each site verified it" : "and sites do not check one like it");
  }

  private static String inWords(GraphGuarantee promise) {
    return String.format(
        Locale.ROOT,
        """

        each honest input is summed with those of at least %,d other honest sites (alpha = %.3f of U1) but
        with 2^-40; with those of half of them or fewer with at most 2^%.1f""",
        promise.others(),
        promise.alpha(),
        promise.log2OfHalfOrLess());
  }

  private static String graphInWords(AggregationSettings settings) {
    return switch (settings.topology()) {
      case Topology.Complete _ -> "complete graph";
      case Topology.Regular(GraphParameters parameters, int corrupt) ->
          """
          each draws %d neighbours, %d of whose shares open, for up to %d sites in league
          NOT EVERYBODY VERIFIES: %d sites verify every signature themselves ("a site"); the others take
          those that held once in this process on trust ("a site, trusting")"""
              .formatted(
                  parameters.degree(),
                  parameters.threshold(),
                  corrupt,
                  settings.verifying().size());
    };
  }
}

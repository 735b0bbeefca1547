package dev.caisson.cli.bench;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.graph.GraphPolicy;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// One measured round: so many sites, entries and threads, so many percent of the sites lost
/// between their shares and their upload, and a ring of so many bits.
record AggregationSettings(
    int sites, int entries, double drop, int threads, int bits, Graph graph) {
  /// Who masks with whom.
  enum Graph {
    COMPLETE,
    REGULAR
  }

  /// What sites of a sparse round assume: 5% of them in league, 5% lost, cohorts of 200 or more.
  static final GraphPolicy.Assuming ASSUMING = new GraphPolicy.Assuming(0.05, 0.05, 200);

  /// Sites of a sparse round that verify every signature themselves.
  static final int VERIFYING = 5;

  static final String SEGMENT = "update";

  /// Steps per unit of a value: a power of two, so that values which are whole steps stay so.
  static final int STEPS = 1 << 10;

  private static final long SEED = 6;

  AggregationSettings {
    int fewest = graph == Graph.COMPLETE ? Suite.MIN_COHORT : ASSUMING.minimumCohort();
    int most = graph == Graph.COMPLETE ? Suite.MAX_COHORT : Suite.MAX_SPARSE_COHORT;
    check(
        sites >= fewest && sites <= most,
        "--sites must be %d to %d over this graph".formatted(fewest, most));
    check(
        entries >= 1 && entries < VectorSpec.MAX_LENGTH,
        "--entries must be 1 to %d".formatted(VectorSpec.MAX_LENGTH - 1));
    check(drop >= 0 && drop < 50, "--drop must be 0 to less than 50 percent");
    check(threads >= 1 && threads <= 1024, "--threads must be 1 to 1024");
    check(
        bits >= 12 && bits <= 30 && (1L << bits) > 4L * sites,
        "--bits must be 12 to 30, and leave each site a step");
    check(
        survivors(sites, drop) > sites / 2 && survivors(sites, drop) >= Suite.MIN_COHORT,
        "a sum needs more than half of the sites, and three");
    check(
        graph == Graph.COMPLETE || drop <= 100 * ASSUMING.dropoutFraction(),
        "over a regular graph at most 5 percent may drop out: that is what its threshold allows");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  private static int survivors(int sites, double drop) {
    return sites - (int) Math.round(sites * drop / 100);
  }

  int survivors() {
    return survivors(sites, drop);
  }

  /// Two thirds, or as many as are left.
  int threshold() {
    int least =
        switch (topology()) {
          case Topology.Complete _ -> sites / 2 + 1;
          case Topology.Regular regular -> (sites + regular.corrupt()) / 2 + 1;
        };
    return Math.max(least, Math.min((2 * sites + 2) / 3, survivors()));
  }

  Topology topology() {
    return switch (graph) {
      case COMPLETE -> new Topology.Complete();
      case REGULAR -> ASSUMING.sparsest(sites, 0).orElseThrow();
    };
  }

  private GraphPolicy graphs() {
    return switch (graph) {
      case COMPLETE -> new GraphPolicy.Never();
      case REGULAR -> ASSUMING;
    };
  }

  /// The sites that verify every signature themselves: all over a complete graph; over a sparse one
  /// a few of those that are not lost, from all over the round, so that the first steps of a young
  /// process are not the figure.
  Set<String> verifying() {
    TreeSet<String> all = new TreeSet<>(names());
    if (graph == Graph.COMPLETE) {
      return all;
    }
    all.removeAll(lost());
    List<String> left = List.copyOf(all);
    Set<String> spread = new TreeSet<>();
    for (int i = 0; i < VERIFYING; i++) {
      spread.add(left.get((2 * i + 1) * left.size() / (2 * VERIFYING)));
    }
    return spread;
  }

  /// The largest magnitude of a value, in steps.
  int most() {
    return (int) (((1L << bits) - 1) / (2L * sites));
  }

  List<String> names() {
    return IntStream.range(0, sites).mapToObj("site-%04d"::formatted).toList();
  }

  /// The sites that are lost, the same each time.
  TreeSet<String> lost() {
    SplittableRandom random = new SplittableRandom(SEED);
    TreeSet<String> lost = new TreeSet<>();
    List<String> names = names();
    while (lost.size() < sites - survivors()) {
      lost.add(names.get(random.nextInt(sites)));
    }
    return lost;
  }

  SitePolicy policy(Roster roster, Identity coordinator) {
    SitePolicy floors = SitePolicy.floors(roster, coordinator, 0, 2);
    return new SitePolicy(
        roster,
        coordinator,
        floors.colluding(),
        floors.honest(),
        floors.maxLength(),
        floors.maxClip(),
        floors.allowTotalWeights(),
        floors.signatures(),
        graphs());
  }

  RoundManifest manifest() {
    Segment update = new Segment.Real(SEGMENT, entries, (double) most() / STEPS, most(), true);
    return new RoundManifest(
        "bench",
        1,
        "train",
        Digest.ofText("model"),
        Digest.ofText("config"),
        names(),
        threshold(),
        VectorSpec.of(update),
        new Weights.Equal(),
        Digest.ofText("nonce"),
        1000,
        2000,
        Signatures.ML_DSA,
        topology());
  }
}

package dev.caisson.cli.bench;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// One measured round: so many sites, entries and threads, so many percent of the sites lost
/// between their shares and their upload, and a ring of so many bits.
record AggregationSettings(int sites, int entries, double drop, int threads, int bits) {
  static final String SEGMENT = "update";

  /// Steps per unit of a value: a power of two, so that values which are whole steps stay so.
  static final int STEPS = 1 << 10;

  private static final long SEED = 6;

  AggregationSettings {
    check(
        sites >= Suite.MIN_COHORT && sites <= Suite.MAX_COHORT,
        "--sites must be %d to %d".formatted(Suite.MIN_COHORT, Suite.MAX_COHORT));
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
    return Math.max(sites / 2 + 1, Math.min((2 * sites + 2) / 3, survivors()));
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
    while (lost.size() < sites - survivors()) {
      lost.add(names().get(random.nextInt(sites)));
    }
    return lost;
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
        Signatures.ML_DSA);
  }
}

package dev.caisson.cli.bench;

import dev.caisson.runtime.build.ModelSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What [RoundsCommand] measures.
///
/// @param megabytes of the model's numbers, 32 bits each; a megabyte is a million bytes
/// @param sitesPerProcess agents that share a process
/// @param heapMebibytes of the coordinator
/// @param siteHeapMebibytes of each process of sites
/// @param bareRepeats how often the bare transfer is measured
record RoundsSettings(
    int sites,
    double megabytes,
    int rounds,
    int sitesPerProcess,
    int heapMebibytes,
    int siteHeapMebibytes,
    int bareRepeats) {
  /// Numbers that the made-up table gives for a person.
  static final int FEATURES = 4;

  /// Sites that get a process each if nobody says otherwise; more share.
  private static final int APART = 8;

  private static final int TOGETHER = 25;

  RoundsSettings {
    require(sites >= 3 && sites <= 200, "--sites must be 3 to 200, got " + sites);
    require(
        megabytes >= 0.001 && megabytes <= 4200,
        "--megabytes must be 0.001 to 4200, got " + megabytes);
    require(rounds >= 1 && rounds <= 10_000, "--rounds must be 1 to 10000, got " + rounds);
    require(
        sitesPerProcess >= 1 && sitesPerProcess <= sites,
        "--sites-per-process must be 1 to the number of sites, got " + sitesPerProcess);
    require(heapMebibytes >= 32, "--heap must be 32 or more, got " + heapMebibytes);
    require(siteHeapMebibytes >= 32, "--site-heap must be 32 or more, got " + siteHeapMebibytes);
    require(bareRepeats >= 1 && bareRepeats <= 100, "--bare must be 1 to 100, got " + bareRepeats);
  }

  static int usualSitesPerProcess(int sites) {
    return sites <= APART ? 1 : Math.min(sites, TOGETHER);
  }

  /// A site holds a state and its update, or the next state of it, and now and then a bit more.
  static int usualSiteHeap(int sitesPerProcess, double megabytes) {
    return (int) Math.min(Integer.MAX_VALUE, 256 + sitesPerProcess * (8 + 2.2 * megabytes));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /// In name order.
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= sites; i++) {
      names.add("site-%03d".formatted(i));
    }
    return names;
  }

  /// The names of each process's sites.
  List<List<String>> processes() {
    List<String> names = names();
    List<List<String>> processes = new ArrayList<>();
    for (int from = 0; from < sites; from += sitesPerProcess) {
      processes.add(names.subList(from, Math.min(sites, from + sitesPerProcess)));
    }
    return processes;
  }

  /// Equal hidden layers, as narrow as the megabytes allow: two, and one more for each gigabyte,
  /// since one tensor has 2 GiB at most.
  ModelSpec model() {
    long wanted = (long) Math.ceil(megabytes * 1e6 / Float.BYTES);
    int between = 1 + (int) (megabytes / 1001);
    int width = 1;
    while ((long) width * (between * (width + 1L) + FEATURES + 2) + 1 < wanted) {
      width++;
    }
    return ModelSpec.mlp(FEATURES, Collections.nCopies(between + 1, width), 1, 1);
  }

  /// Bytes of the model's numbers: a little more than the megabytes.
  long vectorBytes() {
    return model().weights() * Float.BYTES;
  }

  /// How many must reach a round's end: two thirds, and one.
  int threshold() {
    return Math.max(3, 2 * sites / 3 + 1);
  }

  /// Long enough for a machine that is slow; no round of the measurement should need it.
  int secondsPerRound() {
    return (int) Math.min(86_400, 60 + sites * megabytes);
  }
}

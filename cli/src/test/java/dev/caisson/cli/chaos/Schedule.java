package dev.caisson.cli.chaos;

import dev.caisson.cli.chaos.Fault.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The faults of one study, all from one seed. Seeds that follow each other walk through the
/// boundaries, so that any ten strike the coordinator at each of them, and a site too; the rest is
/// drawn. Seeds from [#WILD] on have more faults.
///
/// @param rounds of training
record Schedule(int seed, int rounds, List<Fault> faults) {
  static final int SITES = 4;
  static final int THRESHOLD = 3;
  static final int WILD = 11;

  private static final List<Boundary> BOUNDARIES = List.of(Boundary.values());

  /// The slow ones, which cost a deadline, once in ten.
  private static final List<Trouble> TROUBLES =
      List.of(
          Trouble.RESET,
          Trouble.TRUNCATED,
          Trouble.STALLED,
          Trouble.LATENCY,
          Trouble.END,
          Trouble.HALF_OPEN,
          Trouble.LOSSY,
          Trouble.SLOW,
          Trouble.TRUNCATED,
          Trouble.STALLED);

  /// The study may never end then: the coordinator is struck at a boundary that comes before.
  private static final int LOSES_A_SITE = BOUNDARIES.indexOf(Boundary.ADMITTED);

  Schedule {
    faults = List.copyOf(faults);
  }

  static Schedule of(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int rounds = random.nextInt(6, 9);
    int turn = seed % BOUNDARIES.size();
    String first = site(random.nextInt(SITES));
    String second = other(first, random);
    List<Fault> faults = new ArrayList<>();
    faults.add(
        new Fault.KillCoordinator(
            anySites(BOUNDARIES.get(turn), random), random.nextLong(0, 1500)));
    Boundary struck = BOUNDARIES.get((3 * seed + 1) % BOUNDARIES.size());
    Trigger then = new Trigger.Of(first, struck, random.nextInt(1, 5));
    faults.add(
        turn == LOSES_A_SITE
            ? new Fault.LoseSite(first, then)
            : new Fault.KillSite(first, then, random.nextLong(0, 2500)));
    faults.add(line(second, TROUBLES.get(turn), random));
    for (int i = seed < WILD ? 0 : random.nextInt(4); i > 0; i--) {
      faults.add(more(random));
    }
    return new Schedule(seed, rounds, faults);
  }

  /// One more fault of the kinds that cost no deadline.
  private static Fault more(SplittableRandom random) {
    String site = site(random.nextInt(SITES));
    Boundary boundary = BOUNDARIES.get(random.nextInt(BOUNDARIES.size()));
    return switch (random.nextInt(3)) {
      case 0 -> new Fault.KillCoordinator(anySites(boundary, random), random.nextLong(0, 1500));
      case 1 ->
          new Fault.KillSite(
              site, new Trigger.Of(site, boundary, random.nextInt(1, 6)), random.nextLong(0, 2500));
      default -> line(site, random.nextBoolean() ? Trouble.RESET : Trouble.TRUNCATED, random);
    };
  }

  private static Fault.Line line(String site, Trouble trouble, SplittableRandom random) {
    Boundary boundary;
    do {
      boundary = BOUNDARIES.get(random.nextInt(BOUNDARIES.size()));
    } while (!boundary.isOfRounds());
    return new Fault.Line(
        site,
        new Trigger.Of(site, boundary, random.nextInt(1, 5)),
        trouble,
        switch (trouble) {
          case RESET, END, STALLED, HALF_OPEN, TRUNCATED -> random.nextLong(200, 1500);
          case LATENCY, LOSSY -> random.nextLong(1000, 4000);
          case SLOW -> random.nextLong(5000, 25_000);
        });
  }

  private static Trigger.OfSites anySites(Boundary boundary, SplittableRandom random) {
    int sites = boundary == Boundary.CANDIDATE ? 1 : random.nextInt(1, THRESHOLD + 1);
    return new Trigger.OfSites(sites, boundary, random.nextInt(1, 5));
  }

  /// Whether all sites are there in the end.
  boolean losesNobody() {
    return faults.stream().noneMatch(Fault.LoseSite.class::isInstance);
  }

  private static String site(int index) {
    return "site-" + (index + 1);
  }

  private static String other(String site, SplittableRandom random) {
    String other;
    do {
      other = site(random.nextInt(SITES));
    } while (other.equals(site));
    return other;
  }
}

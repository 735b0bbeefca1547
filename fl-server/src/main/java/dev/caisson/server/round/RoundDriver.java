package dev.caisson.server.round;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Threads;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.server.site.SiteLink;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Takes one aggregation from its signed manifest to a sum or a reason: a loop around the phases of
/// `dev.caisson.secagg.coordinator`. A site that falls silent is waited for until the manifest's
/// deadline, one whose connection broke for a while, and one that gives up, breaks a rule or was
/// started anew is out at once. Stateless: several rounds may run at a time.
public final class RoundDriver {
  /// The memory that a sum may take before it goes to a file.
  static final long SUM_MEMORY = 16L << 20;

  private final Supplier<RunningRound.Means> now;
  private final SecureRandom random;
  private volatile Consumer<RoundOutcome> listener = _ -> {};

  /// @param roster asked at each round: sites enrol while a coordinator runs
  /// @param folder where uploads may be kept while a round lasts, if they are long
  public RoundDriver(
      IdentityKey key,
      Supplier<Roster> roster,
      Clock clock,
      SecureRandom random,
      Path folder,
      Threads threads) {
    this.now = () -> new RunningRound.Means(key, roster.get(), clock, folder, threads);
    this.random = random;
  }

  /// Who hears how each round ended, from now on.
  public void listener(Consumer<RoundOutcome> next) {
    listener = next;
  }

  /// Runs the round with these sites.
  ///
  /// @param others hears of everything that is not about this round
  /// @param shelf takes what sites are to fetch while they check the sum
  /// @param pin remembers whom the sum covers, before it can be opened
  public RoundOutcome run(
      RoundRequest request,
      SortedMap<String, SiteLink> cohort,
      Mailbox mailbox,
      Consumer<SiteEvent> others,
      Shelf shelf,
      Pin pin)
      throws InterruptedException, IOException {
    RunningRound.Means means = now.get();
    RoundManifest manifest;
    try {
      byte[] nonce = new byte[Digest.BYTES];
      random.nextBytes(nonce);
      manifest =
          request.manifest(
              List.copyOf(cohort.keySet()), Digest.ofBytes(nonce), means.clock().millis());
    } catch (IllegalArgumentException e) {
      return new RoundOutcome.Ended(String.valueOf(e.getMessage()), List.of());
    }
    RoundStore total = new RoundStore(means.folder(), manifest, SUM_MEMORY);
    RunningRound round =
        new RunningRound(
            means, request, manifest, new TreeMap<>(cohort), mailbox, others, shelf, pin, total);
    RoundOutcome outcome = null;
    try {
      outcome = round.run();
    } finally {
      if (!(outcome instanceof RoundOutcome.Completed)) {
        total.close();
      }
      round.tellEnded(
          switch (outcome) {
            case null -> "the coordinator ended it";
            case RoundOutcome.Ended(String why, _) -> why;
            case RoundOutcome.Completed _ -> "";
          });
    }
    listener.accept(outcome);
    return outcome;
  }
}

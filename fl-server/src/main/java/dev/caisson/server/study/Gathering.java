package dev.caisson.server.study;

import dev.caisson.server.round.Deadlines;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.site.SiteLink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// Waits until a round can start with the sites that are there. Belongs to the study's thread.
final class Gathering {
  static final Duration TICK = Duration.ofMillis(200);
  private static final Duration WORTH_SAYING = Duration.ofSeconds(10);

  private final Participants participants;
  private final Mailbox mailbox;
  private final Deadlines deadlines;
  private final StudyLog log;
  private final int needed;
  private final BooleanSupplier disturbed;

  /// @param needed how many sites a round needs
  /// @param disturbed whether the waiting is to end, because something else is to be done
  Gathering(
      Participants participants,
      Mailbox mailbox,
      Deadlines deadlines,
      StudyLog log,
      int needed,
      BooleanSupplier disturbed) {
    this.participants = participants;
    this.mailbox = mailbox;
    this.deadlines = deadlines;
    this.log = log;
    this.needed = needed;
    this.disturbed = disturbed;
  }

  /// How the waiting ended.
  sealed interface Outcome {
    record Ready(SortedMap<String, SiteLink> sites) implements Outcome {}

    /// @param forGood whether waiting longer cannot help
    record TooFew(String why, boolean forGood) implements Outcome {}

    record Disturbed() implements Outcome {}
  }

  /// Waits for all that have not refused, or after a while for just enough; or for exactly those
  /// that a sum is pinned to.
  Outcome await(Optional<Pinned> pinned) throws InterruptedException {
    if (disturbed.getAsBoolean()) {
      return new Outcome.Disturbed(); // also where nobody need be waited for
    }
    return pinned.isPresent() ? exactly(pinned.get()) : enough();
  }

  private Outcome enough() throws InterruptedException {
    long start = System.nanoTime();
    boolean said = false;
    while (!participants.complete() || participants.ready().size() < needed) {
      if (disturbed.getAsBoolean()) {
        return new Outcome.Disturbed();
      }
      mailbox.take(TICK).ifPresent(participants::handle);
      if (participants.hopeless()) {
        return new Outcome.TooFew(
            "the plan needs %d sites, %d take part: %s"
                .formatted(needed, participants.ready().size(), participants.missing()),
            true);
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      boolean enough = participants.ready().size() >= needed;
      if (enough && !participants.complete() && waited.compareTo(deadlines.enough()) > 0) {
        log.trouble("going on without the rest: " + participants.missing());
        participants.passOverTheMissing();
      } else if (!said && waited.compareTo(WORTH_SAYING) > 0) {
        log.trouble("waiting for sites: " + participants.missing());
        said = true;
      }
      if (!enough && waited.compareTo(deadlines.patience()) > 0) {
        return new Outcome.TooFew(
            "%d of the %d sites that the plan needs are there after %d s: %s"
                .formatted(
                    participants.ready().size(),
                    needed,
                    deadlines.patience().toSeconds(),
                    participants.missing()),
            false);
      }
    }
    return new Outcome.Ready(participants.ready());
  }

  private Outcome exactly(Pinned pinned) throws InterruptedException {
    long start = System.nanoTime();
    boolean said = false;
    while (!isThere(pinned)) {
      if (disturbed.getAsBoolean()) {
        return new Outcome.Disturbed();
      }
      mailbox.take(TICK).ifPresent(participants::handle);
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      boolean never = pinned.sites().stream().anyMatch(participants::refuses);
      if (never || waited.compareTo(deadlines.patience()) > 0) {
        return new Outcome.TooFew(missing(pinned), never);
      }
      if (!said && waited.compareTo(WORTH_SAYING) > 0) {
        log.trouble(missing(pinned));
        said = true;
      }
    }
    SortedMap<String, SiteLink> cohort = new TreeMap<>(participants.ready());
    cohort.keySet().retainAll(pinned.sites());
    return new Outcome.Ready(cohort);
  }

  boolean isThere(Pinned pinned) {
    return participants.ready().keySet().containsAll(pinned.sites());
  }

  /// Whether a round could start at once.
  boolean isThere(Optional<Pinned> pinned) {
    return pinned.isPresent() ? isThere(pinned.get()) : participants.ready().size() >= needed;
  }

  private String missing(Pinned pinned) {
    List<String> sites = pinned.sites();
    return ("sites may have answered for this state already, and answer again only over the same"
            + " sites (%s): %s. When they are back, the study goes on; without them it can only be"
            + " resumed with --without-missing, after the custodians of the others have permitted a"
            + " repeat (caisson site allow-repeat)")
        .formatted(String.join(", ", sites), participants.missing(sites));
  }
}

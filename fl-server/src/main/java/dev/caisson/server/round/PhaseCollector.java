package dev.caisson.server.round;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.coordinator.CollectingUploads;
import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.server.site.SiteLink;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears what the members of a round say and gives it to the phase that is under way. One thread at
/// a time.
final class PhaseCollector {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseCollector.class);

  private final Members members;
  private final String round;
  private final RoundManifest manifest;
  private final Mailbox mailbox;
  private final Clock clock;
  private final Consumer<SiteEvent> others;
  private final List<String> said = new ArrayList<>();

  /// @param others hears of everything that is not about this round
  PhaseCollector(
      Members members,
      String round,
      RoundManifest manifest,
      Mailbox mailbox,
      Clock clock,
      Consumer<SiteEvent> others) {
    this.members = members;
    this.round = round;
    this.manifest = manifest;
    this.mailbox = mailbox;
    this.clock = clock;
    this.others = others;
  }

  /// Who was lost and why, in words.
  List<String> said() {
    return List.copyOf(said);
  }

  /// Feeds a phase until everybody it awaits has delivered or is lost, or until the deadline (epoch
  /// milliseconds).
  void collect(CoordinatorPhase phase, String what, long deadline) throws InterruptedException {
    for (String site : phase.awaited()) {
      if (!members.has(site)) {
        phase.drop(site);
      }
    }
    while (!phase.isComplete()) {
      long left = deadline - clock.millis();
      long overdue = members.nextOverdue().map(Duration::toMillis).orElse(Long.MAX_VALUE);
      Optional<SiteEvent> event =
          left > 0
              ? mailbox.take(Duration.ofMillis(Math.min(left, Math.max(1, overdue + 1))))
              : Optional.empty();
      if (event.isPresent()) {
        take(phase, event.get());
      } else if (left <= 0) {
        for (String site : List.copyOf(phase.awaited())) {
          lose(phase, site, "'%s' sent no %s in time".formatted(site, what));
        }
        return;
      }
      for (String site : members.overdue()) {
        lose(phase, site, "'%s' disconnected and did not come back".formatted(site));
      }
    }
  }

  /// Hears these sites until each is done with the check of the sum or is lost, or until then
  /// (epoch milliseconds): one whose connection broke before the last message came is sent it
  /// again.
  void awaitChecks(Collection<String> shown, long deadline) throws InterruptedException {
    while (!members.unchecked(shown).isEmpty()) {
      long left = deadline - clock.millis();
      if (left <= 0) {
        LOG.warn("{}: not heard whether the sum was checked: {}", round, members.unchecked(shown));
        return;
      }
      long overdue = members.nextOverdue().map(Duration::toMillis).orElse(Long.MAX_VALUE);
      mailbox
          .take(Duration.ofMillis(Math.min(left, Math.max(1, overdue + 1))))
          .ifPresent(this::afterwards);
      members.overdue().forEach(members::lose);
    }
  }

  /// What is heard when no phase is under way.
  private void afterwards(SiteEvent event) {
    switch (event) {
      case SiteEvent.Checked(String site, String of) -> {
        if (isOurs(site, of)) {
          members.checked(site);
        }
      }
      case SiteEvent.Gone(SiteLink link) -> {
        members.gone(link).ifPresent(_ -> members.lose(link.site()));
        others.accept(event);
      }
      case SiteEvent.Arrived(SiteLink link) -> {
        others.accept(event);
        members.arrived(link).ifPresent(_ -> members.lose(link.site()));
      }
      case SiteEvent.LeftRound(String site, String of, String _) -> {
        if (isOurs(site, of)) {
          members.lose(site);
        }
      }
      case SiteEvent.Payload _, SiteEvent.Chunk _ -> {} // replies to what was sent again
      case SiteEvent.UploadAsked asked -> asked.chunks().complete(SiteEvent.UploadAsked.NO_ROUND);
      case SiteEvent.Leaving _, SiteEvent.Admitted _, SiteEvent.Refused _ -> others.accept(event);
    }
  }

  private void take(CoordinatorPhase phase, SiteEvent event) {
    switch (event) {
      case SiteEvent.Payload(String site, String of, byte[] bytes) -> {
        if (isOurs(site, of)) {
          members.count(site, bytes.length);
          if (!members.isRepeated(site, bytes)) {
            judge(phase, site, phase.accept(site, bytes), () -> members.heard(site, bytes));
          }
        }
      }
      case SiteEvent.Chunk(String site, String of, int index, byte[] bytes) -> {
        if (isOurs(site, of)) {
          members.count(site, bytes.length);
          chunk(phase, site, index, bytes);
        }
      }
      case SiteEvent.LeftRound(String site, String of, String reason) -> {
        if (isOurs(site, of)) {
          lose(phase, site, "'%s' left: %s".formatted(site, reason));
        }
      }
      case SiteEvent.UploadAsked(String site, String of, CompletableFuture<Integer> chunks) ->
          chunks.complete(
              of.equals(round)
                  ? members.chunks(site).orElse(SiteEvent.UploadAsked.NO_ROUND)
                  : SiteEvent.UploadAsked.NO_ROUND);
      case SiteEvent.Gone(SiteLink link) -> {
        members.gone(link).ifPresent(why -> lose(phase, link.site(), why));
        others.accept(event);
      }
      case SiteEvent.Arrived(SiteLink link) -> {
        others.accept(event); // first, so that the site knows the study again
        members.arrived(link).ifPresent(why -> lose(phase, link.site(), why));
      }
      case SiteEvent.Leaving(SiteLink link) -> {
        members.leaving(link);
        others.accept(event);
      }
      case SiteEvent.Checked(String site, String of) -> {
        if (isOurs(site, of)) {
          members.checked(site); // one that needs no tags of others
        }
      }
      case SiteEvent.Admitted _, SiteEvent.Refused _ -> others.accept(event);
    }
  }

  private void chunk(CoordinatorPhase phase, String site, int index, byte[] bytes) {
    if (phase instanceof CollectingUploads uploads) {
      judge(
          phase,
          site,
          uploads.acceptChunk(site, index, bytes),
          () -> members.heardChunk(site, index));
    } else if (members.chunks(site).orElse(0) < manifest.layout().chunks()) {
      lose(phase, site, "'%s' sent a chunk out of turn".formatted(site));
    } // else one that was here already, sent again when the site could not know that; it is dropped
  }

  private boolean isOurs(String site, String of) {
    return of.equals(round) && members.has(site);
  }

  private void judge(CoordinatorPhase phase, String site, Receipt receipt, Runnable taken) {
    switch (receipt) {
      case Receipt.Accepted() -> taken.run();
      case Receipt.Flawed(Fault fault) -> {
        LOG.warn("{}: {}", round, fault);
        taken.run();
      }
      case Receipt.Rejected(Fault fault) -> lose(phase, site, fault.toString());
    }
  }

  private void lose(CoordinatorPhase phase, String site, String why) {
    if (members.lose(site)) {
      said.add(why);
      LOG.warn("{}: {}", round, why);
      phase.drop(site);
    }
  }
}

package dev.caisson.server.round;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.check.Totals;
import dev.caisson.secagg.coordinator.CollectingTags;
import dev.caisson.secagg.coordinator.CollectingUploads;
import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.CoordinatorRound;
import dev.caisson.secagg.coordinator.CoordinatorRound.Sums;
import dev.caisson.secagg.coordinator.KeptUploads;
import dev.caisson.secagg.coordinator.OpenedSum;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.coordinator.UploadStore;
import dev.caisson.secagg.message.Encoder;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Opening;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.server.site.SiteLink;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One round under way; belongs to one thread.
final class RunningRound {
  private static final Logger LOG = LoggerFactory.getLogger(RunningRound.class);

  /// A tag of the longest vector that is checked takes a site a second; the rest is for the way.
  private static final Duration CHECK_PATIENCE = Duration.ofSeconds(30);

  /// What is the same in all rounds of a coordinator.
  ///
  /// @param folder where uploads may be kept while a round lasts, if they are long
  record Means(IdentityKey key, Roster roster, Clock clock, Path folder, Threads threads) {}

  /// A phase ended without a next one; unwinds to the end of the round.
  private static final class EndedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<Fault> faults;

    EndedException(String reason, List<Fault> faults) {
      super(reason);
      this.faults = faults;
    }
  }

  private final Means means;
  private final RoundRequest request;
  private final RoundManifest manifest;
  private final SortedMap<String, SiteLink> links;
  private final Mailbox mailbox;
  private final Consumer<SiteEvent> others;
  private final Shelf shelf;
  private final RoundStore total;
  private final SortedMap<String, Long> bytesOut = new TreeMap<>();
  private final List<String> said = new ArrayList<>();
  private final long started = System.nanoTime();

  /// @param total takes the sum, and belongs to the outcome where the round completes
  RunningRound(
      Means means,
      RoundRequest request,
      RoundManifest manifest,
      SortedMap<String, SiteLink> links,
      Mailbox mailbox,
      Consumer<SiteEvent> others,
      Shelf shelf,
      RoundStore total) {
    this.means = means;
    this.request = request;
    this.manifest = manifest;
    this.links = links;
    this.mailbox = mailbox;
    this.others = others;
    this.shelf = shelf;
    this.total = total;
    links.keySet().forEach(site -> bytesOut.put(site, 0L));
  }

  RoundOutcome run() throws InterruptedException, IOException {
    byte[] opening =
        new Opening(SignedManifest.sign(manifest, means.key()), request.succession()).encoded();
    links.values().forEach(link -> link.round(request.study(), request.round(), opening));
    try (RoundStore uploads = new RoundStore(means.folder(), manifest, RoundStore.MEMORY);
        KeptUploads kept = new KeptUploads(uploads)) {
      UploadStore store = isChecked() ? kept : uploads;
      Sums sums = new Sums(total.sum(), means.threads());
      var keys = CoordinatorRound.open(manifest, means.roster(), store, sums);
      collect(keys, "keys");
      var shares = next(keys.close());
      collect(shares, "key shares");
      var vectors = next(shares.close());
      collect(vectors, "masked vectors");
      var consents = next(vectors.close());
      collect(consents, "consents");
      var answers = next(consents.close());
      collect(answers, "answers");
      SumResult sum;
      try (OpenedSum opened = next(answers.open())) {
        sum = check(opened, kept);
      }
      sum.faults().forEach(fault -> LOG.warn("{}: {}", request.round(), fault));
      return new RoundOutcome.Completed(
          request.round(), sum, bytesOut, Duration.ofNanos(System.nanoTime() - started), total);
    } catch (EndedException e) {
      return new RoundOutcome.Ended(String.valueOf(e.getMessage()), e.faults);
    } catch (UncheckedIOException e) {
      LOG.error("{}: {}", request.round(), e.getMessage(), e);
      return new RoundOutcome.Ended("the coordinator's disk failed: " + e.getMessage(), List.of());
    }
  }

  /// Sums that sites get to know anyway; whoever checks one learns it.
  private boolean isChecked() {
    return request.purpose() == Purpose.TRAIN && Totals.isDue(manifest);
  }

  /// Has the sites check the sum, where it is to be. Whatever they find, they find for themselves:
  /// the sum stands. Who broke what meanwhile is added to it.
  private SumResult check(OpenedSum opened, KeptUploads uploads)
      throws InterruptedException, EndedException {
    SumResult sum = opened.result();
    if (!isChecked()) {
      return sum;
    }
    try {
      return sum.with(shown(opened, uploads));
    } catch (IOException | UncheckedIOException e) {
      LOG.error("{}: the sum stands, but cannot be shown for checking", request.round(), e);
      return sum;
    }
  }

  /// Who broke what while the sum was shown.
  private List<Fault> shown(OpenedSum opened, KeptUploads uploads)
      throws InterruptedException, EndedException, IOException {
    Optional<Outcome.Next<CollectingTags>> shown = opened.show(means.key(), uploads);
    if (shown.isEmpty()) {
      return List.of();
    }
    CollectingTags tags = shown.get().next();
    shelf.put(tags.opening().opening().content(), tags.chunks(), tags::totalChunk);
    next(shown.get());
    collect(tags, "tags", means.clock().millis() + CHECK_PATIENCE.toMillis());
    Outcome.Next<CollectingTags.Shown> closed = tags.close();
    for (Map.Entry<String, Digest> upload : closed.next().uploads().entrySet()) {
      shelf.put(upload.getValue(), manifest.layout().chunks(), tags.upload(upload.getKey()));
    }
    next(closed);
    return closed.next().faults();
  }

  private <T> T next(Outcome<T> outcome) throws EndedException {
    switch (outcome) {
      case Outcome.Next<T>(T next, NavigableMap<String, Message> outgoing) -> {
        Encoder encoder = new Encoder();
        outgoing.forEach(
            (site, message) -> {
              SiteLink link = links.get(site);
              if (link != null) {
                link.round(request.study(), request.round(), encoder.encode(message));
              }
            });
        return next;
      }
      case Outcome.Aborted<T>(String reason, List<Fault> faults) -> {
        Set<String> words = new LinkedHashSet<>(said);
        faults.forEach(fault -> words.add(fault.toString()));
        throw new EndedException(
            words.isEmpty() ? reason : reason + " (" + String.join("; ", words) + ")", faults);
      }
    }
  }

  /// Feeds a phase until everybody it awaits has delivered or left, or time is up.
  private void collect(CoordinatorPhase phase, String what) throws InterruptedException {
    collect(phase, what, manifest.deadline());
  }

  private void collect(CoordinatorPhase phase, String what, long deadline)
      throws InterruptedException {
    for (String site : phase.awaited()) {
      if (!links.containsKey(site)) {
        phase.drop(site);
      }
    }
    while (!phase.isComplete()) {
      long left = deadline - means.clock().millis();
      Optional<SiteEvent> event =
          left > 0 ? mailbox.take(Duration.ofMillis(left)) : Optional.empty();
      if (event.isEmpty()) {
        for (String site : List.copyOf(phase.awaited())) {
          lose(phase, site, "'%s' sent no %s in time".formatted(site, what));
        }
        return;
      }
      take(phase, event.get());
    }
  }

  private void take(CoordinatorPhase phase, SiteEvent event) {
    switch (event) {
      case SiteEvent.Payload(String site, String round, byte[] bytes) -> {
        if (isOurs(site, round)) {
          bytesOut.merge(site, (long) bytes.length, Long::sum);
          judge(phase, site, phase.accept(site, bytes));
        }
      }
      case SiteEvent.Chunk(String site, String round, int index, byte[] bytes) -> {
        if (isOurs(site, round)) {
          bytesOut.merge(site, (long) bytes.length, Long::sum);
          if (phase instanceof CollectingUploads uploads) {
            judge(phase, site, uploads.acceptChunk(site, index, bytes));
          } else {
            lose(phase, site, "'%s' sent a chunk out of turn".formatted(site));
          }
        }
      }
      case SiteEvent.LeftRound(String site, String round, String reason) -> {
        if (isOurs(site, round)) {
          lose(phase, site, "'%s' left: %s".formatted(site, reason));
        }
      }
      case SiteEvent.Gone(SiteLink link) -> {
        if (link.equals(links.get(link.site()))) {
          lose(phase, link.site(), "'%s' disconnected".formatted(link.site()));
        }
        others.accept(event);
      }
      case SiteEvent.Arrived(SiteLink link) -> {
        // A site that came back is a dropout of this round: its secrets are gone.
        if (links.containsKey(link.site()) && !link.equals(links.get(link.site()))) {
          lose(phase, link.site(), "'%s' connected anew".formatted(link.site()));
        }
        others.accept(event);
      }
      case SiteEvent.Admitted _, SiteEvent.Refused _ -> others.accept(event);
    }
  }

  private boolean isOurs(String site, String round) {
    return round.equals(request.round()) && links.containsKey(site);
  }

  private void judge(CoordinatorPhase phase, String site, Receipt receipt) {
    switch (receipt) {
      case Receipt.Accepted() -> {}
      case Receipt.Flawed(Fault fault) -> LOG.warn("{}: {}", request.round(), fault);
      case Receipt.Rejected(Fault fault) -> lose(phase, site, fault.toString());
    }
  }

  private void lose(CoordinatorPhase phase, String site, String why) {
    if (links.remove(site) != null) {
      said.add(why);
      LOG.warn("{}: {}", request.round(), why);
      phase.drop(site);
    }
  }
}

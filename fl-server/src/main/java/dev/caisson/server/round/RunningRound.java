package dev.caisson.server.round;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.check.Totals;
import dev.caisson.secagg.coordinator.CollectingAnswers;
import dev.caisson.secagg.coordinator.CollectingTags;
import dev.caisson.secagg.coordinator.CoordinatorRound;
import dev.caisson.secagg.coordinator.CoordinatorRound.Sums;
import dev.caisson.secagg.coordinator.KeptUploads;
import dev.caisson.secagg.coordinator.OpenedSum;
import dev.caisson.secagg.coordinator.Outcome;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One round under way; belongs to one thread.
final class RunningRound {
  private static final Logger LOG = LoggerFactory.getLogger(RunningRound.class);

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
  private final Members members;
  private final PhaseCollector collector;
  private final Shelf shelf;
  private final Pin pin;
  private final RoundStore total;
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
      Pin pin,
      RoundStore total) {
    this.means = means;
    this.request = request;
    this.manifest = manifest;
    this.members =
        new Members(request.study(), request.round(), request.deadlines().grace(), links);
    this.collector =
        new PhaseCollector(members, request.round(), manifest, mailbox, means.clock(), others);
    this.shelf = shelf;
    this.pin = pin;
    this.total = total;
  }

  RoundOutcome run() throws InterruptedException, IOException {
    byte[] opening =
        new Opening(SignedManifest.sign(manifest, means.key()), request.succession()).encoded();
    manifest.cohort().forEach(site -> members.send(site, opening));
    try (RoundStore uploads = new RoundStore(means.folder(), manifest, RoundStore.MEMORY);
        KeptUploads kept = new KeptUploads(uploads);
        ShownTotal shown = new ShownTotal(means.folder(), RoundDriver.SUM_MEMORY)) {
      UploadStore store = isChecked() ? kept : uploads;
      Sums sums =
          new Sums(
              total.sum(),
              means.threads(),
              isChecked() ? Optional.of(shown::place) : Optional.empty());
      var keys = CoordinatorRound.open(manifest, means.roster(), store, sums);
      collector.collect(keys, "keys", end(Deadlines.Phase.KEYS));
      var shares = next(keys.close());
      collector.collect(shares, "key shares", end(Deadlines.Phase.SHARES));
      var vectors = next(shares.close());
      collector.collect(vectors, "masked vectors", end(Deadlines.Phase.VECTORS));
      var consents = next(vectors.close());
      collector.collect(consents, "consents", end(Deadlines.Phase.CONSENTS));
      var consented = consents.close();
      if (consented instanceof Outcome.Next<CollectingAnswers>(CollectingAnswers answering, _)) {
        Optional<String> objection = pin.beforeAnswers(answering.survivors());
        if (objection.isPresent()) {
          return new RoundOutcome.Ended(inWords(objection.get(), List.of()), List.of());
        }
      }
      var answers = next(consented);
      collector.collect(answers, "answers", end(Deadlines.Phase.ANSWERS));
      SumResult sum;
      try (OpenedSum opened = next(answers.open())) {
        sum = check(opened, kept);
      }
      sum.faults().forEach(fault -> LOG.warn("{}: {}", request.round(), fault));
      return new RoundOutcome.Completed(
          request.round(),
          sum,
          members.bytes(),
          Duration.ofNanos(System.nanoTime() - started),
          total);
    } catch (EndedException e) {
      return new RoundOutcome.Ended(String.valueOf(e.getMessage()), e.faults);
    } catch (UncheckedIOException e) {
      LOG.error("{}: {}", request.round(), e.getMessage(), e);
      return new RoundOutcome.Ended("the coordinator's disk failed: " + e.getMessage(), List.of());
    }
  }

  /// When a phase is over at the latest, in epoch milliseconds.
  private long end(Deadlines.Phase phase) {
    Deadlines all = request.deadlines();
    return manifest.deadline() - all.round().minus(all.until(phase)).toMillis();
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
    tags.expect(); // while the sites compute theirs
    collector.collect(
        tags, "tags", means.clock().millis() + request.deadlines().check().toMillis());
    Outcome.Next<CollectingTags.Shown> closed = tags.close();
    for (Map.Entry<String, Digest> upload : closed.next().uploads().entrySet()) {
      shelf.put(upload.getValue(), manifest.layout().chunks(), tags.upload(upload.getKey()));
    }
    next(closed);
    collector.awaitChecks(
        closed.outgoing().keySet(),
        means.clock().millis() + request.deadlines().check().toMillis());
    return closed.next().faults();
  }

  private <T> T next(Outcome<T> outcome) throws EndedException {
    switch (outcome) {
      case Outcome.Next<T>(T next, NavigableMap<String, Message> outgoing) -> {
        Encoder encoder = new Encoder();
        outgoing.forEach((site, message) -> members.send(site, encoder.encode(message)));
        return next;
      }
      case Outcome.Aborted<T>(String reason, List<Fault> faults) -> {
        throw new EndedException(inWords(reason, faults), faults);
      }
    }
  }

  /// A reason, with what was said of sites meanwhile.
  private String inWords(String reason, List<Fault> faults) {
    Set<String> words = new LinkedHashSet<>(collector.said());
    faults.forEach(fault -> words.add(fault.toString()));
    return words.isEmpty() ? reason : reason + " (" + String.join("; ", words) + ")";
  }

  /// Tells its sites that the round is over; without a reason, that it has a sum.
  void tellEnded(String reason) {
    members.tellEnded(reason);
  }
}

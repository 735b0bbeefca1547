package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.CollectingAnswers;
import dev.caisson.secagg.coordinator.CollectingConsents;
import dev.caisson.secagg.coordinator.CollectingKeys;
import dev.caisson.secagg.coordinator.CollectingShares;
import dev.caisson.secagg.coordinator.CollectingUploads;
import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.CoordinatorRound;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.coordinator.UploadStore;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.site.AwaitingConsents;
import dev.caisson.secagg.site.AwaitingKeys;
import dev.caisson.secagg.site.AwaitingShares;
import dev.caisson.secagg.site.Finished;
import dev.caisson.secagg.site.Masking;
import dev.caisson.secagg.site.SitePhase;
import dev.caisson.secagg.site.SiteRound;
import dev.caisson.secagg.site.Step;
import dev.caisson.secagg.site.Upload;
import dev.caisson.secagg.site.Uploading;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// One round among honest parties, step by step: sites in, sites out, and what each would send or
/// is sent, so that a test can bend any of it on the way. The sites in `silent` neither send nor
/// receive from that step on.
public final class Play {
  public final Federation federation;
  public final RoundManifest manifest;
  public final NavigableMap<String, Journal> journals;
  public final Map<String, Input> inputs = new TreeMap<>();
  public final Set<String> silent = new TreeSet<>();

  public final NavigableMap<String, AwaitingKeys> awaitingKeys = new TreeMap<>();
  public final NavigableMap<String, AwaitingShares> awaitingShares = new TreeMap<>();
  public final NavigableMap<String, Masking> masking = new TreeMap<>();
  public final NavigableMap<String, Uploading> uploading = new TreeMap<>();
  public final NavigableMap<String, AwaitingConsents> awaitingConsents = new TreeMap<>();
  public final NavigableMap<String, Finished> finished = new TreeMap<>();

  /// What each site sends next, and what the coordinator sends each.
  public final NavigableMap<String, byte[]> fromSites = new TreeMap<>();

  public NavigableMap<String, Message> toSites = new TreeMap<>();

  public CollectingKeys keys;
  public CollectingShares shares;
  public CollectingUploads uploads;
  public CollectingConsents consents;
  public CollectingAnswers answers;
  public Outcome<?> last;

  public Play(Federation federation, RoundManifest manifest) {
    this(federation, manifest, 1);
  }

  public Play(Federation federation, RoundManifest manifest, long seed) {
    this(federation, manifest, seed, federation.journals(), Descent.FIRST);
  }

  @SuppressWarnings("NullAway.Init")
  public Play(
      Federation federation,
      RoundManifest manifest,
      long seed,
      NavigableMap<String, Journal> journals,
      Descent descent) {
    this.journals = journals;
    this.federation = federation;
    this.manifest = manifest;
    this.keys = CoordinatorRound.open(manifest, federation.roster(), UploadStore.inMemory());
    SignedManifest signed = SignedManifest.sign(manifest, Federation.COORDINATOR);
    for (String name : manifest.cohort()) {
      Step<AwaitingKeys> step =
          SiteRound.begin(
              federation.policy(),
              name,
              federation.key(name),
              signed,
              Federation.SCOPE,
              descent,
              at(journals, name),
              new SeededRandom(seed * 1000 + federation.names().indexOf(name)));
      awaitingKeys.put(name, take(name, step));
    }
  }

  public boolean collectKeys() {
    deliver(keys);
    return closed(keys.close(), next -> shares = next);
  }

  public void deal() {
    toSites.forEach(
        (name, message) ->
            ifLive(
                name,
                () ->
                    awaitingShares.put(
                        name, take(name, at(awaitingKeys, name).handle(message.encoded())))));
  }

  public boolean collectShares() {
    deliver(shares);
    return closed(shares.close(), next -> uploads = next);
  }

  public void agree() {
    toSites.forEach(
        (name, message) ->
            ifLive(
                name,
                () ->
                    masking.put(
                        name, take(name, at(awaitingShares, name).handle(message.encoded())))));
  }

  public void mask() {
    masking.forEach(
        (name, phase) ->
            ifLive(
                name,
                () ->
                    uploading.put(
                        name,
                        take(
                            name,
                            phase.mask(
                                at(inputs, name), Federation.coins(name, manifest.model()))))));
  }

  public boolean collectUploads() {
    uploading.forEach(
        (name, phase) ->
            ifLive(
                name,
                () -> {
                  Upload upload = phase.upload();
                  for (int i = 0; i < upload.chunkCount(); i++) {
                    assertThat(uploads.acceptChunk(name, i, upload.chunk(i)))
                        .isEqualTo(new Receipt.Accepted());
                  }
                  fromSites.put(name, upload.header().encoded());
                }));
    deliver(uploads);
    return closed(uploads.close(), next -> consents = next);
  }

  public void consent() {
    toSites.forEach(
        (name, message) ->
            ifLive(
                name,
                () ->
                    awaitingConsents.put(
                        name, take(name, at(uploading, name).handle(message.encoded())))));
  }

  public boolean collectConsents() {
    deliver(consents);
    return closed(consents.close(), next -> answers = next);
  }

  public void answer() {
    toSites.forEach(
        (name, message) ->
            ifLive(
                name,
                () ->
                    finished.put(
                        name, take(name, at(awaitingConsents, name).handle(message.encoded())))));
  }

  public Outcome<SumResult> collectAnswers() {
    deliver(answers);
    Outcome<SumResult> outcome = answers.close();
    last = outcome;
    return outcome;
  }

  /// From the start to the phase that collects uploads.
  public Play toUploads() {
    assertThat(collectKeys()).isTrue();
    deal();
    assertThat(collectShares()).isTrue();
    agree();
    mask();
    return this;
  }

  /// On from there to the phase that collects answers.
  public Play toAnswers() {
    assertThat(collectUploads()).isTrue();
    consent();
    assertThat(collectConsents()).isTrue();
    answer();
    return this;
  }

  public SumResult sum() {
    if (!(collectAnswers() instanceof Outcome.Next<SumResult>(SumResult sum, _))) {
      throw new AssertionError("no sum: " + last);
    }
    return sum;
  }

  private void deliver(CoordinatorPhase phase) {
    fromSites.forEach(
        (name, message) ->
            ifLive(
                name,
                () -> assertThat(phase.accept(name, message)).isEqualTo(new Receipt.Accepted())));
    fromSites.clear();
  }

  private <P> boolean closed(Outcome<P> outcome, Consumer<P> next) {
    last = outcome;
    toSites = new TreeMap<>();
    return switch (outcome) {
      case Outcome.Next<P>(P phase, NavigableMap<String, Message> outgoing) -> {
        next.accept(phase);
        toSites = outgoing;
        yield true;
      }
      case Outcome.Aborted<P> _ -> false;
    };
  }

  private <P extends SitePhase> P take(String name, Step<P> step) {
    return switch (step) {
      case Step.Next<P>(P phase, var entry, var outgoing) -> {
        entry.ifPresent(
            remembered -> {
              at(journals, name)
                  .objection(remembered)
                  .ifPresent(
                      fault -> {
                        throw new AssertionError(name + "'s journal: " + fault);
                      });
              at(journals, name).apply(remembered);
            });
        outgoing.ifPresent(message -> fromSites.put(name, message.encoded()));
        yield phase;
      }
      case Step.Refused<P>(Fault fault, _, _) ->
          throw new AssertionError(name + " refused: " + fault);
    };
  }

  private void ifLive(String name, Runnable action) {
    if (!silent.contains(name)) {
      action.run();
    }
  }

  public static <V> V at(Map<String, V> map, String name) {
    V value = map.get(name);
    if (value == null) {
      throw new AssertionError("nothing of " + name);
    }
    return value;
  }
}

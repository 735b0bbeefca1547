package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.CollectingAnswers;
import dev.caisson.secagg.coordinator.CollectingConsents;
import dev.caisson.secagg.coordinator.CollectingKeys;
import dev.caisson.secagg.coordinator.CollectingShares;
import dev.caisson.secagg.coordinator.CollectingUploads;
import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.CoordinatorRound;
import dev.caisson.secagg.coordinator.KeptUploads;
import dev.caisson.secagg.coordinator.OpenedSum;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.coordinator.UploadStore;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Signed;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// One round among honest parties, step by step: sites in, sites out, and what each would send or
/// is sent, so that a test can bend any of it on the way. The sites in `silent` neither send nor
/// receive from that step on.
public final class Play {
  public final Federation federation;
  public final RoundManifest manifest;
  public final NavigableMap<String, Memory> memories;
  public final Map<String, Input> inputs = new TreeMap<>();
  public final Set<String> silent = new TreeSet<>();

  /// Who refused something, or was refused it by its own journal, and its complaint if it made one.
  /// Silent from then on.
  public final NavigableMap<String, Fault> left = new TreeMap<>();

  public final NavigableMap<String, Signed<ComplaintStatement>> complaints = new TreeMap<>();

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

  /// Uploads outlive the sum, so that it can be checked.
  public final KeptUploads kept = new KeptUploads(UploadStore.inMemory());

  private final boolean lenient;
  private final Consumer<Object> witness;

  public static PlaySetup of(Federation federation, RoundManifest manifest) {
    return new PlaySetup(federation, manifest);
  }

  public Play(Federation federation, RoundManifest manifest) {
    this(of(federation, manifest));
  }

  @SuppressWarnings("NullAway.Init")
  Play(PlaySetup setup) {
    this.federation = setup.federation;
    this.manifest = setup.manifest;
    this.memories = setup.memories;
    this.lenient = setup.lenient;
    this.witness = setup.witness;
    this.keys = CoordinatorRound.open(manifest, federation.roster(), kept);
    SignedManifest signed = SignedManifest.sign(manifest, Federation.COORDINATOR);
    for (String name : manifest.cohort()) {
      Step<AwaitingKeys> step =
          SiteRound.begin(
              setup.policy,
              name,
              federation.key(name),
              signed,
              Federation.SCOPE,
              setup.descents.getOrDefault(name, Descent.FIRST),
              at(memories, name).journal(),
              setup.random.apply(name));
      take(name, step, awaitingKeys);
    }
  }

  /// The members of [Federation#ONE]'s cohort give these numbers, in order.
  public Play numbers(long... numbers) {
    for (int i = 0; i < numbers.length; i++) {
      inputs.put(manifest.cohort().get(i), Input.weighing(1).withExact("x", numbers[i]));
    }
    return this;
  }

  public boolean collectKeys() {
    deliver(keys);
    return closed(keys.close(), next -> shares = next);
  }

  public void deal() {
    handed((name, message) -> take(name, at(awaitingKeys, name).handle(message), awaitingShares));
  }

  public boolean collectShares() {
    deliver(shares);
    return closed(shares.close(), next -> uploads = next);
  }

  public void agree() {
    handed((name, message) -> take(name, at(awaitingShares, name).handle(message), masking));
  }

  public void mask() {
    masking.forEach(
        (name, phase) ->
            ifLive(
                name,
                () ->
                    take(
                        name,
                        phase.mask(at(inputs, name), Federation.coins(name, manifest.model())),
                        uploading)));
  }

  public boolean collectUploads() {
    uploading.forEach(
        (name, phase) ->
            ifLive(
                name,
                () -> {
                  Upload upload = phase.upload();
                  for (int i = 0; i < upload.chunkCount(); i++) {
                    byte[] chunk = upload.chunk(i);
                    witness.accept(chunk);
                    assertThat(seen(uploads.acceptChunk(name, i, chunk)))
                        .isEqualTo(new Receipt.Accepted());
                  }
                }));
    deliver(uploads);
    return closed(uploads.close(), next -> consents = next);
  }

  public void consent() {
    handed((name, message) -> take(name, at(uploading, name).handle(message), awaitingConsents));
  }

  public boolean collectConsents() {
    deliver(consents);
    return closed(consents.close(), next -> answers = next);
  }

  public void answer() {
    handed((name, message) -> take(name, at(awaitingConsents, name).handle(message), finished));
  }

  public Outcome<SumResult> collectAnswers() {
    deliver(answers);
    Outcome<SumResult> outcome = seen(answers.close());
    last = outcome;
    return outcome;
  }

  /// Opens the sum, so that it can be checked.
  public OpenedSum open() {
    deliver(answers);
    if (!(seen(answers.open()) instanceof Outcome.Next<OpenedSum>(OpenedSum sum, _))) {
      throw new AssertionError("no sum: " + last);
    }
    return sum;
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
                () ->
                    assertThat(seen(phase.accept(name, message)))
                        .isEqualTo(new Receipt.Accepted())));
    fromSites.clear();
  }

  private <P> boolean closed(Outcome<P> outcome, Consumer<P> next) {
    last = seen(outcome);
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

  private void handed(BiConsumer<String, byte[]> handler) {
    toSites.forEach(
        (name, message) ->
            ifLive(
                name,
                () -> {
                  byte[] bytes = message.encoded();
                  witness.accept(bytes);
                  handler.accept(name, bytes);
                }));
  }

  private <P extends SitePhase> void take(String name, Step<P> step, Map<String, P> phases) {
    switch (seen(step)) {
      case Step.Next<P>(P phase, Optional<JournalEntry> entry, Optional<Message> outgoing) -> {
        Optional<Fault> objection = entry.flatMap(at(memories, name)::record);
        if (objection.isPresent()) {
          phase.close();
          leave(name, objection.get());
          return;
        }
        outgoing.ifPresent(message -> fromSites.put(name, message.encoded()));
        outgoing.ifPresent(message -> witness.accept(message.encoded()));
        phases.put(name, phase);
      }
      case Step.Refused<P>(
              Fault fault,
              Optional<JournalEntry> entry,
              Optional<Signed<ComplaintStatement>> complaint) -> {
        entry.ifPresent(at(memories, name)::record);
        complaint.ifPresent(c -> complaints.put(name, c));
        complaint.ifPresent(c -> witness.accept(c.encoded()));
        leave(name, fault);
      }
    }
  }

  private void leave(String name, Fault fault) {
    if (!lenient) {
      throw new AssertionError(name + " left: " + fault);
    }
    left.put(name, fault);
    silent.add(name);
  }

  private <T> T seen(T what) {
    witness.accept(what);
    return what;
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

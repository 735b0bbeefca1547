package dev.caisson.cli.bench;

import dev.caisson.cli.bench.Tally.Side;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.aggregate.Aggregate;
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
import dev.caisson.secagg.coordinator.UploadStore;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.graph.GraphGuarantee;
import dev.caisson.secagg.message.Encoder;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.site.Upload;
import dev.caisson.server.round.RoundStore;
import dev.caisson.server.round.ShownTotal;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/// One round between sites and a coordinator in this process: real keys, signatures, encodings and
/// checks; no network, and sites one after the other.
final class AggregationRun {
  /// Longer vectors are made when they are asked for.
  private static final int HELD = 20_000_000;

  private final AggregationSettings settings;
  private final List<String> names;
  private final Optional<SharedVerification> shared;
  private final Threads threads;
  private final Tally tally;
  private final NavigableMap<String, BenchSite> sites = new TreeMap<>();
  private final RoundManifest manifest;
  private final Roster roster;
  private final IdentityKey coordinator = IdentityKey.generate();
  private final Encoder encoder = new Encoder();
  private NavigableMap<String, Message> toSites = new TreeMap<>();

  /// @param shared what some sites take signatures from, over graphs of many sites
  AggregationRun(AggregationSettings settings, Optional<SharedVerification> shared) {
    this.settings = settings;
    this.names = settings.names();
    this.shared = shared;
    this.threads = new Threads(settings.threads());
    this.tally = new Tally(settings.threads());
    this.manifest = settings.manifest();
    SecureRandom random = new SecureRandom();
    Map<String, Identity> identities = new HashMap<>();
    Set<String> verifying = settings.verifying();
    for (String name : names) {
      IdentityKey key = IdentityKey.generate();
      identities.put(name, key.identity());
      sites.put(
          name,
          new BenchSite(
              name, verifying.contains(name) ? Side.SITE : Side.TRUSTING_SITE, key, random, tally));
    }
    this.roster = new Roster(identities);
  }

  /// What a round took, what its graph promises where it is sparse, and whether its sites checked
  /// the sum.
  record Measured(List<Tally.Row> rows, Optional<GraphGuarantee> graph, boolean isChecked) {}

  /// Runs the round, and the sites' check of its sum where rounds of training have one; throws
  /// where the sum is not exact, or a site does not verify it.
  Measured run(Path folder) throws Exception {
    SitePolicy policy = settings.policy(roster, coordinator.identity());
    SignedManifest signed = SignedManifest.sign(manifest, coordinator);
    boolean checked = Totals.isDue(manifest);
    try (RoundStore store = new RoundStore(folder, manifest, RoundStore.MEMORY);
        KeptUploads kept = new KeptUploads(store);
        ShownTotal shown = new ShownTotal(folder, RoundStore.MEMORY)) {
      var keys =
          CoordinatorRound.open(
              manifest,
              roster,
              checked ? kept : store,
              new Sums(
                  store.sum(), threads, checked ? Optional.of(shown::place) : Optional.empty()));
      for (BenchSite site : sites.values()) {
        accept("keys", keys, site, asSite(site, () -> site.begin(policy, signed)));
      }
      var shares = close("keys", keys::close);
      for (BenchSite site : sites.values()) {
        accept("shares", shares, site, deal(site));
      }
      var uploads = close("shares", shares::close);
      for (BenchSite site : sites.values()) {
        byte[] dealt = next("shares", site);
        asSite(
            site,
            () -> {
              site.agree(dealt);
              return dealt;
            });
      }
      upload(uploads);
      var consents = close("uploads", uploads::close);
      for (BenchSite site : sites.values()) {
        accept("consents", consents, site, consent(site));
      }
      var answers = close("consents", consents::close);
      for (BenchSite site : sites.values()) {
        accept("answers", answers, site, answer(site));
      }
      tally.end(Side.COORDINATOR, "answers");
      try (OpenedSum opened = close("unmask and sum", answers::open)) {
        check(opened.result().aggregate());
        if (checked) {
          haveChecked(opened, kept);
        }
        return new Measured(tally.rows(), opened.result().graph(), checked);
      }
    }
  }

  /// Has every site check the sum.
  private void haveChecked(OpenedSum opened, UploadStore kept) throws Exception {
    CollectingTags tags = close("opening", () -> opened.show(coordinator, kept).orElseThrow());
    long bytes = 0;
    for (int chunk = 0; chunk < tags.chunks(); chunk++) {
      bytes += tags.totalChunk(chunk).length;
    }
    for (BenchSite site : sites.values()) {
      int member = Collections.binarySearch(names, site.name);
      byte[] opening = next("opening", site);
      byte[] tag =
          site.tag(opening, chunk -> kept.get(member, chunk), roster, coordinator.identity());
      accept("tags", tags, site, tag);
    }
    close("tags", tags::close);
    for (BenchSite site : sites.values()) {
      tally.sent(Side.COORDINATOR, "tags", bytes); // each fetches Y
      site.verify(tags::totalChunk, next("tags", site));
    }
  }

  private byte[] deal(BenchSite site) throws Exception {
    byte[] keys = next("keys", site);
    return asSite(site, () -> site.deal(keys));
  }

  private byte[] consent(BenchSite site) throws Exception {
    byte[] survivors = next("uploads", site);
    return asSite(site, () -> site.consent(survivors));
  }

  private byte[] answer(BenchSite site) throws Exception {
    byte[] consents = next("consents", site);
    return asSite(site, () -> site.answer(consents));
  }

  /// A site acts, trusting if it is one that does; everybody else verifies.
  private byte[] asSite(BenchSite site, Callable<byte[]> step) throws Exception {
    shared.ifPresent(s -> s.trusting(site.side == Side.TRUSTING_SITE));
    try {
      return step.call();
    } finally {
      shared.ifPresent(s -> s.trusting(false));
    }
  }

  private void upload(CollectingUploads uploads) throws Exception {
    for (String lost : settings.lost()) {
      uploads.drop(lost);
      sites.remove(lost);
    }
    float[] held = new float[settings.entries() <= HELD ? settings.entries() : 0];
    for (BenchSite site : sites.values()) {
      SeededVector vector = vector(site.name);
      vector.read(0, held, held.length);
      Input input =
          held.length > 0
              ? Input.weighing(1).with(AggregationSettings.SEGMENT, held)
              : Input.weighing(1).with(AggregationSettings.SEGMENT, settings.entries(), vector);
      accept("uploads", uploads, site, site.mask(input, threads));
      try (Upload upload = site.upload()) {
        for (int i = 0; i < upload.chunkCount(); i++) {
          int index = i;
          byte[] chunk = tally.measure(site.side, "send", () -> upload.chunk(index));
          tally.sent(site.side, "send", chunk.length);
          accepted(
              tally.measure(
                  Side.COORDINATOR, "uploads", () -> uploads.acceptChunk(site.name, index, chunk)));
        }
      }
      tally.end(site.side, "send");
    }
  }

  private SeededVector vector(String site) {
    return new SeededVector(Collections.binarySearch(names, site), settings.most());
  }

  private void accept(String phase, CoordinatorPhase to, BenchSite from, byte[] message)
      throws Exception {
    accepted(tally.measure(Side.COORDINATOR, phase, () -> to.accept(from.name, message)));
  }

  private static void accepted(Receipt receipt) {
    if (!receipt.equals(new Receipt.Accepted())) {
      throw new IllegalStateException("an honest message was not accepted: " + receipt);
    }
  }

  private <T> T close(String phase, Callable<Outcome<T>> closing) throws Exception {
    Outcome<T> outcome = tally.measure(Side.COORDINATOR, phase, closing);
    if (!(outcome instanceof Outcome.Next<T>(T next, NavigableMap<String, Message> outgoing))) {
      throw new IllegalStateException("an honest round ended: " + outcome);
    }
    toSites = outgoing;
    if (outgoing.isEmpty()) {
      tally.end(Side.COORDINATOR, phase);
    }
    return next;
  }

  /// The coordinator's message to a site.
  private byte[] next(String phase, BenchSite site) throws Exception {
    Message message = toSites.remove(site.name);
    if (message == null) {
      throw new IllegalStateException("nothing for " + site.name);
    }
    byte[] encoded = tally.measure(Side.COORDINATOR, phase, () -> encoder.encode(message));
    tally.sent(Side.COORDINATOR, phase, encoded.length);
    if (toSites.isEmpty()) {
      tally.end(Side.COORDINATOR, phase);
    }
    return encoded;
  }

  /// Every entry against the plain sum of the survivors' whole steps.
  private void check(Aggregate aggregate) {
    double[] piece = new double[Math.min(settings.entries(), 1 << 14)];
    List<SeededVector> vectors = sites.keySet().stream().map(this::vector).toList();
    for (int from = 0; from < settings.entries(); from += piece.length) {
      int size = Math.min(piece.length, settings.entries() - from);
      aggregate.sum(AggregationSettings.SEGMENT, from, piece, size);
      for (int i = 0; i < size; i++) {
        long expected = 0;
        for (SeededVector vector : vectors) {
          expected += vector.steps(from + i);
        }
        if (piece[i] * AggregationSettings.STEPS != expected) {
          throw new IllegalStateException(
              "entry %d of the sum is %s steps instead of %d"
                  .formatted(from + i, piece[i] * AggregationSettings.STEPS, expected));
        }
      }
    }
  }
}

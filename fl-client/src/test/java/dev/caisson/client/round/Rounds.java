package dev.caisson.client.round;

import dev.caisson.client.Made;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.ledger.RoundRecords;
import dev.caisson.client.round.SiteRoundRunner.Progress;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.training.FailingEngine;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.coordinator.CollectingAnswers;
import dev.caisson.secagg.coordinator.CollectingConsents;
import dev.caisson.secagg.coordinator.CollectingKeys;
import dev.caisson.secagg.coordinator.CollectingShares;
import dev.caisson.secagg.coordinator.CollectingTags;
import dev.caisson.secagg.coordinator.CollectingUploads;
import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.CoordinatorRound;
import dev.caisson.secagg.coordinator.KeptUploads;
import dev.caisson.secagg.coordinator.OpenedSum;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.coordinator.UploadStore;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.Succession;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Real sites (runner, ledger on disk, training) and a coordinator in the test's hands, without a
/// network: whole rounds, in which any site falls silent before any step, restarts, or gets its
/// ledger from a backup.
final class Rounds implements AutoCloseable {
  static final Clock CLOCK = Clock.systemUTC();
  static final int NEVER = 9;

  final IdentityKey coordinator = IdentityKey.generate();
  final NavigableMap<String, Site> sites = new TreeMap<>();
  final Map<Digest, byte[]> blobs = new HashMap<>();
  private UploadStore uploads = UploadStore.inMemory();
  private final SecureRandom nonces = new SecureRandom();
  final RecordingRandom random = new RecordingRandom();
  final List<byte[]> toSites = new ArrayList<>();
  private int attempts;

  /// Whether the coordinator has sums checked, and what it says of a sum that it has bent.
  boolean checks = true;

  UnaryOperator<SumOpening> bent = UnaryOperator.identity();

  /// Whether sites go on from sums that they could not check, in rounds that begin from now on.
  boolean acceptsUnverifiedSums;

  private @Nullable Meanwhile meanwhile;
  private int meanwhileStep;

  private @Nullable Afterwards afterwards;

  /// What happens to a site after it has taken a message.
  interface Afterwards {
    /// Says whether the site is still in the round.
    Progress play(Site site, int step, String round, byte[] payload) throws Exception;
  }

  /// Has something happen after each message that a site has taken, by steps as in [#play].
  void afterEach(Afterwards what) {
    afterwards = what;
  }

  /// What goes on beside a round.
  interface Meanwhile {
    void play() throws Exception;
  }

  /// Has something go on once before this step, as numbered in [#play].
  void before(int step, Meanwhile other) {
    meanwhileStep = step;
    meanwhile = other;
  }

  Rounds(Path folder, String... names) throws Exception {
    this(folder, Made.plan(), names);
  }

  Rounds(Path folder, StudyPlan plan, String... names) throws Exception {
    for (String name : names) {
      sites.put(name, new Site(name, Made.study("small-1", plan), folder));
    }
    for (Site site : sites.values()) {
      site.start();
    }
  }

  Site site(String name) {
    Site site = sites.get(name);
    if (site == null) {
      throw new IllegalArgumentException(name);
    }
    return site;
  }

  Digest firstState() {
    return sites.firstEntry().getValue().study.first().digest();
  }

  /// A round as the plan says, over these sites.
  RoundManifest manifest(Purpose purpose, int number, Digest state, String... cohort) {
    return manifest(sites.firstEntry().getValue().study, purpose, number, state, cohort);
  }

  /// The same of another study.
  RoundManifest manifest(
      LocalStudy study, Purpose purpose, int number, Digest state, String... cohort) {
    byte[] nonce = new byte[Digest.BYTES];
    nonces.nextBytes(nonce);
    return new RoundManifest(
        study.study(),
        number,
        purpose.label(),
        state,
        RoundVectors.config(study.plan(), purpose),
        List.of(cohort),
        study.plan().aggregation().threshold(),
        purpose == Purpose.TRAIN
            ? RoundVectors.training(study.plan(), study.shared().length())
            : RoundVectors.evaluation(study.plan()),
        purpose == Purpose.TRAIN ? RoundVectors.weights(study.plan()) : new Weights.Equal(),
        Digest.ofBytes(nonce),
        CLOCK.millis(),
        CLOCK.millis() + 30_000,
        study.plan().aggregation().signatures());
  }

  /// The next state after a round's sum, both kept for fetching.
  Digest next(Aggregate sum, Digest state) throws Exception {
    blobs.put(Digest.of(sum.content()), sum.content());
    float[] before =
        state.equals(firstState())
            ? sites.firstEntry().getValue().study.first().state()
            : ParameterManifest.vector(blob(state));
    byte[] next =
        ParameterManifest.bytes(
            sites.firstEntry().getValue().study.steps().next(before, sum).state());
    blobs.put(Digest.of(next), next);
    return Digest.of(next);
  }

  static Succession succession(Aggregate sum) {
    return new Succession(sum.manifest(), Digest.of(sum.content()));
  }

  /// With the coordinator's word about who was counted when.
  static Succession succession(Aggregate sum, Map<String, Long> counted) {
    return new Succession(sum.manifest(), Digest.of(sum.content()), new TreeMap<>(counted));
  }

  private byte[] blob(Digest digest) throws IOException {
    byte[] content = blobs.get(digest);
    if (content == null) {
      throw new IOException("no blob " + digest);
    }
    return content;
  }

  Outcome<SumResult> play(RoundManifest manifest, Optional<Succession> succession)
      throws Exception {
    return play(manifest, succession, Map.of());
  }

  /// Plays a round; a site of `silent` gets nothing more from that step on: 1 keys, 2 shares, 3
  /// upload, 4 consent, 5 answer.
  Outcome<SumResult> play(
      RoundManifest manifest, Optional<Succession> succession, Map<String, Integer> silent)
      throws Exception {
    String round = "round-" + ++attempts;
    uploads = UploadStore.inMemory();
    byte[] opening = new Opening(SignedManifest.sign(manifest, coordinator), succession).encoded();
    NavigableMap<String, byte[]> outgoing = new TreeMap<>();
    manifest.cohort().forEach(name -> outgoing.put(name, opening));
    Map<String, Identity> members = new TreeMap<>();
    sites.forEach((name, site) -> members.put(name, site.key.identity()));
    var keys = CoordinatorRound.open(manifest, new Roster(members), new KeptUploads(uploads));
    step(keys, round, 1, outgoing, silent);
    var shares = keys.close();
    if (!(shares instanceof Outcome.Next<?>(CoordinatorPhase phase, var messages))) {
      return aborted(shares);
    }
    return go(phase, messages, round, 2, silent);
  }

  private Outcome<SumResult> go(
      CoordinatorPhase phase,
      NavigableMap<String, Message> messages,
      String round,
      int step,
      Map<String, Integer> silent)
      throws Exception {
    NavigableMap<String, byte[]> outgoing = new TreeMap<>();
    messages.forEach((name, message) -> outgoing.put(name, message.encoded()));
    step(phase, round, step, outgoing, silent);
    switch (phase) {
      case CollectingAnswers answers -> {
        return checked(answers.open(), round, silent);
      }
      case CollectingTags _ -> throw new AssertionError();
      case CollectingKeys _ -> throw new AssertionError();
      case CollectingShares p -> {
        return then(p.close(), round, step, silent);
      }
      case CollectingUploads p -> {
        return then(p.close(), round, step, silent);
      }
      case CollectingConsents p -> {
        return then(p.close(), round, step, silent);
      }
    }
  }

  /// As the coordinator does it: 6 opening, 7 tags.
  private Outcome<SumResult> checked(
      Outcome<OpenedSum> outcome, String round, Map<String, Integer> silent) throws Exception {
    if (!(outcome instanceof Outcome.Next<OpenedSum>(OpenedSum opened, _))) {
      return aborted(outcome);
    }
    Outcome<SumResult> sum = new Outcome.Next<>(opened.result(), new TreeMap<>());
    if (!checks || !SumChecking.isDue(opened.result().aggregate().manifest())) {
      return sum;
    }
    var shown = opened.show(coordinator, uploads).orElseThrow();
    CollectingTags tags = shown.next();
    keep(tags.opening().opening().content(), tags.chunks(), tags::totalChunk);
    NavigableMap<String, byte[]> outgoing = new TreeMap<>();
    byte[] opening =
        SignedSumOpening.sign(bent.apply(tags.opening().opening()), coordinator).encoded();
    shown.outgoing().keySet().forEach(name -> outgoing.put(name, opening));
    step(tags, round, 6, outgoing, silent);
    for (String waiting : tags.awaited()) {
      tags.drop(waiting);
    }
    var closed = tags.close();
    closed
        .next()
        .uploads()
        .forEach((name, content) -> keep(content, tags.chunks(), tags.upload(name)));
    outgoing.clear();
    closed.outgoing().forEach((name, message) -> outgoing.put(name, message.encoded()));
    step(tags, round, 7, outgoing, silent);
    return sum;
  }

  private void keep(Digest digest, int chunks, IntFunction<byte[]> chunk) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (int i = 0; i < chunks; i++) {
      content.writeBytes(chunk.apply(i));
    }
    blobs.put(digest, content.toByteArray());
  }

  private <P extends CoordinatorPhase> Outcome<SumResult> then(
      Outcome<P> outcome, String round, int step, Map<String, Integer> silent) throws Exception {
    return outcome instanceof Outcome.Next<P>(P next, var messages)
        ? go(next, messages, round, step + 1, silent)
        : aborted(outcome);
  }

  private static Outcome<SumResult> aborted(Outcome<?> outcome) {
    Outcome.Aborted<?> aborted = (Outcome.Aborted<?>) outcome;
    return new Outcome.Aborted<>(aborted.reason(), aborted.faults());
  }

  private void step(
      CoordinatorPhase phase,
      String round,
      int step,
      NavigableMap<String, byte[]> outgoing,
      Map<String, Integer> silent)
      throws Exception {
    if (step == meanwhileStep && meanwhile != null) {
      Meanwhile other = meanwhile;
      meanwhile = null;
      other.play();
    }
    for (String name : outgoing.keySet()) {
      if (silent.getOrDefault(name, NEVER) <= step) {
        phase.drop(name);
        continue;
      }
      Site site = site(name);
      byte[] payload = outgoing.get(name);
      if (payload == null) {
        throw new AssertionError(name);
      }
      site.phase = phase;
      toSites.add(payload);
      if (site.handle(round, payload) == Progress.LEFT) {
        phase.drop(name);
      } else if (afterwards != null
          && afterwards.play(site, step, round, payload) == Progress.LEFT) {
        phase.drop(name);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Site site : sites.values()) {
      site.stop();
    }
  }

  /// The sites' chance, of which every draw of 16 bytes and more is remembered.
  static final class RecordingRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    final transient List<byte[]> drawn = new ArrayList<>();

    @Override
    public void nextBytes(byte[] bytes) {
      super.nextBytes(bytes);
      if (bytes.length >= 16) {
        drawn.add(bytes.clone());
      }
    }
  }

  /// One site's process and what it keeps.
  final class Site implements Outbox {
    final String name;
    final IdentityKey key = IdentityKey.generate();
    final LocalStudy study;
    final SplitKey secret = SplitKey.generate();
    final Path ledgerFile;
    final List<String> left = new ArrayList<>();
    final List<byte[]> sent = new ArrayList<>();
    long uploadedAt;
    final FailingEngine engine = new FailingEngine();
    private EgressLedger ledger;
    private LocalTraining training;
    private States states;
    private final Map<String, SiteRoundRunner> running = new HashMap<>();
    private CoordinatorPhase phase;

    @SuppressWarnings("NullAway.Init") // start() follows
    Site(String name, LocalStudy study, Path folder) throws IOException {
      this.name = name;
      this.study = study;
      this.ledgerFile = Files.createDirectories(folder.resolve(name)).resolve("ledger.jsonl");
    }

    /// What a process that was killed and started again knows: the ledger.
    void restart() throws Exception {
      stop();
      start();
    }

    private void start() throws Exception {
      ledger = EgressLedger.open(ledgerFile, CLOCK, name, key.identity());
      training = new LocalTraining(study, engine, new EngineOptions(1));
      states = States.beside(ledger, study);
      running.clear();
    }

    /// Starts again with an older copy of its ledger.
    void restore(Path backup) throws Exception {
      stop();
      Files.copy(backup, ledgerFile, StandardCopyOption.REPLACE_EXISTING);
      start();
    }

    Path backup() throws IOException {
      Path copy = ledgerFile.resolveSibling("backup-" + System.nanoTime());
      return Files.copy(ledgerFile, copy);
    }

    EgressLedger ledger() {
      return ledger;
    }

    private void stop() throws IOException {
      ledger.close();
      training.close();
    }

    Progress handle(String round, byte[] payload) throws Exception {
      SiteRoundRunner runner = running.get(round);
      if (runner == null) {
        runner = runner(study, states, round);
        running.put(round, runner);
      }
      return runner.handle(payload);
    }

    /// Opens a round of a study that the coordinator runs beside this site's.
    Progress begin(LocalStudy other, RoundManifest manifest) throws Exception {
      return runner(
              other,
              new States(other, new Scratch(ledgerFile.resolveSibling("beside"), other.study())),
              "beside")
          .handle(
              new Opening(SignedManifest.sign(manifest, coordinator), Optional.empty()).encoded());
    }

    private SiteRoundRunner runner(LocalStudy of, States its, String round) {
      Map<String, Identity> members = new TreeMap<>();
      sites.forEach((other, site) -> members.put(other, site.key.identity()));
      SitePolicy policy =
          new SitePolicy(
              new Roster(members),
              coordinator.identity(),
              0,
              2,
              1000,
              Double.MAX_VALUE,
              false,
              of.plan().aggregation().signatures());
      return new SiteRoundRunner(
          new SiteRoundRunner.Site(
              name,
              key,
              policy,
              ledger,
              new RoundRecords(ledgerFile),
              acceptsUnverifiedSums,
              secret,
              random,
              1),
          of,
          training,
          its,
          round,
          this);
    }

    @Override
    public void message(String study, String round, byte[] payload) {
      sent.add(payload);
      if (!round.equals("beside")) {
        phase.accept(name, payload);
      }
    }

    @Override
    public void upload(String study, String round, int chunks, IntFunction<byte[]> chunk) {
      uploadedAt = System.nanoTime();
      for (int i = 0; i < chunks; i++) {
        byte[] packed = chunk.apply(i);
        sent.add(packed);
        ((CollectingUploads) phase).acceptChunk(name, i, packed);
      }
    }

    @Override
    public void leave(String study, String round, String reason) {
      left.add(reason);
    }

    @Override
    public void checked(String study, String round) {}

    @Override
    public void fetch(String study, Digest digest, long maxBytes, Path file) throws IOException {
      Files.write(file, blob(digest));
    }
  }
}

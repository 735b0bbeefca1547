package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.Made;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.ledger.RoundRecords;
import dev.caisson.client.round.SiteRoundRunner.Progress;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.CoordinatorRound;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.UploadStore;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Opening;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A coordinator whose signature is good and whose manifest is not: each bend of an honest manifest
/// is refused in words, and nothing is sent but the refusal.
final class CraftedManifestTest {
  private static final long NOW = 1_000_000;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);

  @TempDir Path folder;
  private final IdentityKey coordinator = IdentityKey.generate();
  private final Map<String, IdentityKey> keys = new TreeMap<>();
  private final LocalStudy study = Made.study("small-1", Made.plan());
  private final Sent sent = new Sent();
  private final SecureRandom random = new SecureRandom();
  private boolean withoutD;
  private EgressLedger ledger;
  private LocalTraining training;

  @BeforeEach
  void open() throws Exception {
    for (String site : List.of("a", "b", "c", "d", "e")) {
      keys.put(site, IdentityKey.generate());
    }
    ledger = ledger(folder.resolve("ledger.jsonl"), "b");
    training = new LocalTraining(study, new PyTorchEngine(), new EngineOptions(1));
  }

  @AfterEach
  void close() throws Exception {
    training.close();
    ledger.close();
  }

  /// An honest manifest for round 1, one part of it bent.
  private RoundManifest manifest(String part) {
    boolean train = !part.equals("evaluate") && !part.equals("audit");
    Purpose purpose =
        part.equals("evaluate")
            ? Purpose.EVALUATE
            : part.equals("audit") ? Purpose.AUDIT : Purpose.TRAIN;
    VectorSpec honest = RoundVectors.training(study.plan(), 3);
    return new RoundManifest(
        part.equals("study") ? "small-2" : "small-1",
        part.equals("later") ? 2 : 1,
        part.equals("purpose") ? "inspect" : purpose.label(),
        part.equals("later") ? Digest.ofText("another model") : initial(),
        part.equals("config")
            ? RoundVectors.config(Made.plan("rounds: 2", "rounds: 1"), purpose)
            : part.equals("config-purpose")
                ? RoundVectors.config(study.plan(), Purpose.AUDIT)
                : RoundVectors.config(study.plan(), purpose),
        switch (part) {
          case "cohort" -> List.of("a", "b", "c", "e");
          case "roster" -> List.of("a", "b", "c", "d");
          case "without-us" -> List.of("a", "c", "d");
          default -> List.of("a", "b", "c");
        },
        part.equals("threshold") ? 2 : 3,
        switch (part) {
          case "vector" -> RoundVectors.training(study.plan(), 4);
          case "clip" ->
              VectorSpec.of(
                  new Segment.Real("update", 3, 2e6, 1 << 24, true),
                  honest.segments().get(1),
                  honest.segments().get(2));
          case "extra" ->
              VectorSpec.of(
                  honest.segments().get(0),
                  honest.segments().get(1),
                  honest.segments().get(2),
                  new Segment.Exact("rows", 1, 1000, false));
          default -> train ? honest : RoundVectors.evaluation(study.plan());
        },
        switch (part) {
          case "weights" -> new Weights.Total(500);
          case "denominator" -> new Weights.FixedDenominator(500, 1);
          default -> train ? new Weights.FixedDenominator(500, 300) : new Weights.Equal();
        },
        Digest.ofText("nonce " + random.nextLong()),
        NOW,
        NOW + 30_000,
        part.equals("signatures") ? Signatures.ML_DSA_AND_ED25519 : Signatures.ML_DSA);
  }

  @Test
  void anHonestManifestIsBegun() throws Exception {
    assertThat(begin(manifest(""))).isEqualTo(Progress.GOING_ON);
    assertThat(sent.messages).hasSize(1);
    assertThat(sent.left).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "study|the manifest is for another study",
        "purpose|'inspect' is no purpose of this protocol",
        "config|the manifest is for another plan or purpose",
        "config-purpose|the manifest is for another plan or purpose",
        "cohort|the cohort has sites that the plan does not name",
        "roster|'d' is not in this site's roster",
        "without-us|'b' is not in the cohort under its own roster key",
        "threshold|the threshold is 2, the plan says 3",
        "vector|the vector is not the one that the plan describes",
        "clip|the vector is not the one that the plan describes",
        "extra|the vector is not the one that the plan describes",
        "audit|the vector is not the one that the plan describes",
        "weights|the weights are not those of the plan",
        "denominator|the weights are not those of the plan",
        "signatures|the signatures are not those of the plan"
      })
  void aBentManifestIsRefusedInWords(String part, String words) throws Exception {
    withoutD = part.equals("roster");
    assertThat(begin(manifest(part))).isEqualTo(Progress.LEFT);
    assertThat(sent.left).singleElement().asString().contains(words);
    assertThat(sent.messages).isEmpty();
  }

  @Test
  void aManifestOfAnotherSignerIsRefused() throws Exception {
    assertThat(runner("b", sent, training).handle(opening(manifest(""), IdentityKey.generate())))
        .isEqualTo(Progress.LEFT);
    assertThat(sent.left).singleElement().asString().contains("not signed by the coordinator");
    assertThat(sent.messages).isEmpty();
  }

  @Test
  void bytesThatAreNoManifestAreRefused() throws Exception {
    for (byte[] garbage : List.of(new byte[0], new byte[100])) {
      assertThat(runner("b", sent, training).handle(garbage)).isEqualTo(Progress.LEFT);
    }
    assertThat(sent.left).hasSize(2).allMatch(why -> why.contains("does not decode"));
  }

  @Test
  void metricsOfAStateThatWasTrainedFromAreRefused() throws Exception {
    answered(Purpose.TRAIN, initial());
    assertThat(begin(manifest("evaluate"))).isEqualTo(Progress.LEFT);
    assertThat(sent.left)
        .singleElement()
        .asString()
        .contains("was answered before, in a round for 'train'");
  }

  @Test
  void aNewNameForTheSamePlanDoesNotOpenAStateAgain() throws Exception {
    answered(Purpose.TRAIN, initial());
    LocalStudy renamed = Made.study("small-9", Made.plan());
    assertThat(ledger.journal().spentFor(renamed.scope(Purpose.EVALUATE), initial()))
        .contains("train");
  }

  @Test
  void aSecondEvaluationIsRefused() throws Exception {
    answered(Purpose.EVALUATE, Digest.ofText("some state"));
    assertThat(begin(manifest("evaluate"))).isEqualTo(Progress.LEFT);
    assertThat(sent.left)
        .singleElement()
        .asString()
        .contains("this site has answered 1 rounds for 'evaluate', the plan foresees 1");
  }

  @Test
  void moreRoundsThanThePlanForeseesAreRefused() throws Exception {
    answered(Purpose.TRAIN, Digest.ofText("1"));
    assertThat(begin(manifest("later"))).isEqualTo(Progress.GOING_ON);
    answered(Purpose.TRAIN, Digest.ofText("2"));
    assertThat(begin(manifest("later"))).isEqualTo(Progress.LEFT);
    assertThat(sent.left)
        .singleElement()
        .asString()
        .contains("answered 2 rounds for 'train', the plan foresees 2");
  }

  /// Has the ledger remember an answer for this state.
  private void answered(Purpose purpose, Digest state) throws IOException {
    answered(ledger, purpose, state);
  }

  /// Has a ledger remember that this state follows from the sum of an earlier round.
  private void computed(EgressLedger ledger, Digest state) throws IOException {
    Digest of = answered(ledger, Purpose.TRAIN, initial());
    assertThat(ledger.record(new JournalEntry.Succeeded(of, of, state), "small-1", "a round"))
        .isEmpty();
  }

  private Digest answered(EgressLedger ledger, Purpose purpose, Digest state) throws IOException {
    Digest of = Digest.ofText(purpose + " " + state);
    List<String> abc = List.of("a", "b", "c");
    for (JournalEntry entry :
        List.of(
            new JournalEntry.Begun(
                of, "small-1", 1, purpose.label(), study.scope(purpose), state, abc, 3),
            new JournalEntry.Uploaded(of, of, of),
            new JournalEntry.Consented(of, of, abc),
            new JournalEntry.Answered(of, of, abc, List.of()))) {
      assertThat(ledger.record(entry, "small-1", "a round")).isEmpty();
    }
    return of;
  }

  private Digest initial() {
    return study.first().digest();
  }

  @Test
  void oneManifestIsBegunOnce() throws Exception {
    RoundManifest manifest = manifest("");
    assertThat(begin(manifest)).isEqualTo(Progress.GOING_ON);
    assertThat(begin(manifest)).isEqualTo(Progress.LEFT);
    assertThat(sent.left).singleElement().asString().contains("began the round before");
    assertThat(sent.messages).hasSize(1);
  }

  /// The manifest names a state by digest; only when it is fetched does its content show.
  @ParameterizedTest
  @CsvSource({"nan,is not finite", "short,has 8 bytes", "half,has 7 bytes"})
  void aStateThatIsNoneIsRefusedAndNothingIsUploaded(String kind, String words) throws Exception {
    byte[] state =
        switch (kind) {
          case "nan" -> ParameterManifest.bytes(new float[] {0, Float.NaN, 0});
          case "short" -> ParameterManifest.bytes(new float[] {0, 0});
          default -> new byte[7];
        };
    RoundManifest manifest = manifest("later");
    byte[] signed = opening(manifest, coordinator);
    Map<String, Sent> outboxes = new TreeMap<>();
    Map<String, SiteRoundRunner> runners = new TreeMap<>();
    Map<String, EgressLedger> ledgers = new TreeMap<>();
    try {
      for (String site : List.of("a", "b", "c")) {
        Sent out = new Sent();
        out.content = state;
        outboxes.put(site, out);
        EgressLedger own = ledger(folder.resolve(site + ".jsonl"), site);
        ledgers.put(site, own);
        computed(own, manifest.model()); // in an earlier life: it must be fetched anew
        SiteRoundRunner runner = runner(site, out, training, own);
        runners.put(site, runner);
        runner.handle(signed);
      }
      var collectingKeys = CoordinatorRound.open(manifest, roster(), UploadStore.inMemory());
      accept(collectingKeys, outboxes);
      var collectingShares = pass(collectingKeys.close(), runners, outboxes);
      accept(collectingShares, outboxes);
      if (!(collectingShares.close()
          instanceof Outcome.Next<?>(var _, NavigableMap<String, Message> outgoing))) {
        throw new AssertionError("no shares");
      }
      for (String site : runners.keySet()) {
        Sent out = Sent.of(outboxes, site);
        out.messages.clear();
        SiteRoundRunner runner = runners.get(site);
        Message message = outgoing.get(site);
        assertThat(runner).isNotNull();
        assertThat(message).isNotNull();
        assertThat(runner.handle(message.encoded())).isEqualTo(Progress.LEFT);
        assertThat(out.left).singleElement().asString().contains(words);
        assertThat(out.uploads).isZero();
        assertThat(out.messages).isEmpty();
      }
    } finally {
      for (EgressLedger own : ledgers.values()) {
        own.close();
      }
    }
  }

  private static void accept(CoordinatorPhase phase, Map<String, Sent> outboxes) {
    outboxes.forEach((site, out) -> phase.accept(site, out.messages.getLast()));
  }

  private static <T> T pass(
      Outcome<T> outcome, Map<String, SiteRoundRunner> runners, Map<String, Sent> outboxes)
      throws Exception {
    if (!(outcome instanceof Outcome.Next<T>(T next, NavigableMap<String, Message> outgoing))) {
      throw new AssertionError(outcome + " " + outboxes);
    }
    for (var entry : runners.entrySet()) {
      Message message = outgoing.get(entry.getKey());
      assertThat(message).isNotNull();
      entry.getValue().handle(message.encoded());
    }
    return next;
  }

  private Progress begin(RoundManifest manifest) throws Exception {
    return runner("b", sent, training).handle(opening(manifest, coordinator));
  }

  private static byte[] opening(RoundManifest manifest, IdentityKey signer) {
    return new Opening(SignedManifest.sign(manifest, signer), Optional.empty()).encoded();
  }

  private EgressLedger ledger(Path file, String site) throws IOException {
    IdentityKey key = keys.get(site);
    if (key == null) {
      throw new IllegalArgumentException(site);
    }
    return EgressLedger.open(file, CLOCK, site, key.identity());
  }

  private SiteRoundRunner runner(String site, Outbox outbox, LocalTraining training) {
    return runner(site, outbox, training, ledger);
  }

  private SiteRoundRunner runner(
      String site, Outbox outbox, LocalTraining training, EgressLedger ledger) {
    IdentityKey key = keys.get(site);
    if (key == null) {
      throw new IllegalArgumentException(site);
    }
    SitePolicy policy =
        new SitePolicy(
            roster(),
            coordinator.identity(),
            1,
            2,
            1000,
            Double.MAX_VALUE,
            false,
            Signatures.ML_DSA);
    return new SiteRoundRunner(
        new SiteRoundRunner.Site(
            site,
            key,
            policy,
            ledger,
            new RoundRecords(folder.resolve("ledger.jsonl")),
            false,
            SplitKey.generate(),
            random,
            1),
        study,
        training,
        new States(study, new Scratch(folder.resolve("scratch"), study.study())),
        "train-1",
        outbox);
  }

  /// e is known to the sites but not named in the plan; d the other way round, where a test says
  /// so.
  private Roster roster() {
    Map<String, Identity> members = new TreeMap<>();
    keys.forEach((name, key) -> members.put(name, key.identity()));
    if (withoutD) {
      members.remove("d");
    }
    return new Roster(members);
  }

  /// What a site sends, kept; what it fetches, as the test likes.
  private static final class Sent implements Outbox {
    final List<byte[]> messages = new ArrayList<>();
    final List<String> left = new ArrayList<>();
    byte[] content = {};
    int uploads;

    static Sent of(Map<String, Sent> outboxes, String site) {
      Sent out = outboxes.get(site);
      if (out == null) {
        throw new IllegalArgumentException(site);
      }
      return out;
    }

    @Override
    public void message(String study, String round, byte[] payload) {
      messages.add(payload);
    }

    @Override
    public void upload(String study, String round, int chunks, IntFunction<byte[]> chunk) {
      uploads++;
    }

    @Override
    public void leave(String study, String round, String reason) throws IOException {
      left.add(reason);
    }

    @Override
    public void checked(String study, String round) {}

    @Override
    public void fetch(String study, Digest digest, long maxBytes, Path file) throws IOException {
      Files.write(file, content);
    }
  }
}

package dev.caisson.client.round;

import dev.caisson.airlock.attack.UnusableOutputException;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.ledger.RoundRecords;
import dev.caisson.client.round.States.UnusableStateException;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.training.DeviceTurns;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.score.ScoringException;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.check.Proceedings;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.secret.Secret;
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
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One round at this site: a thin loop around the phases. Its secrets live in memory only; a site
/// that restarts is a dropout of this round and never rejoins it. One thread at a time.
public final class SiteRoundRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SiteRoundRunner.class);

  /// Bytes of a masked vector that is kept in memory instead of being made twice.
  private static final long UPLOAD_IN_MEMORY = 16L << 20;

  private final Site site;
  private final LocalStudy study;
  private final LocalTraining training;
  private final States states;
  private final String round;
  private final Replies outbox;
  private @Nullable SitePhase phase;
  private @Nullable RoundManifest manifest;
  private @Nullable Purpose purpose;
  private @Nullable SumChecking checking;

  /// What this site carries at the round's state.
  private float[] carried = {};

  /// What is the same in all rounds of a site.
  ///
  /// @param acceptsUnverifiedSums whether it computes states from sums that it could not check
  public record Site(
      String name,
      IdentityKey key,
      SitePolicy policy,
      EgressLedger ledger,
      RoundRecords records,
      boolean acceptsUnverifiedSums,
      SplitKey secret,
      SecureRandom random,
      int threads) {}

  /// How a message left this site's part in the round.
  public enum Progress {
    GOING_ON,
    /// The answer is given.
    ANSWERED,
    /// This site has left the round; the coordinator was told why.
    LEFT
  }

  public SiteRoundRunner(
      Site site,
      LocalStudy study,
      LocalTraining training,
      States states,
      String round,
      Outbox outbox) {
    this.site = site;
    this.study = study;
    this.training = training;
    this.states = states;
    this.round = round;
    this.outbox = new Replies(outbox);
  }

  /// Takes the coordinator's next message: first the opening, then one for each phase. The last one
  /// may come again, byte for byte, and is given the same reply, byte for byte.
  public Progress handle(byte[] payload) throws IOException, InterruptedException {
    if (outbox.isRepeated(payload)) {
      return repeat();
    }
    outbox.begin(payload);
    Progress progress = take(payload);
    outbox.end(progress);
    return progress;
  }

  private Progress repeat() throws IOException, InterruptedException {
    if (!outbox.mayRepeat()) {
      return leave(coordinator(Rule.WELL_FORMED, "the same message came too often"));
    }
    for (byte[] sent : outbox.sent()) {
      site.ledger().note(study.study(), round, "sent again", Digest.of(sent).toString());
      outbox.again(study.study(), round, sent);
    }
    outbox.checkedAgain(study.study(), round);
    if (phase instanceof Uploading uploading) {
      send(uploading.upload(), "masked vector again");
    }
    return outbox.progress();
  }

  private Progress take(byte[] payload) throws IOException, InterruptedException {
    try {
      return switch (phase) {
        case null -> begin(payload);
        case AwaitingKeys p -> after(p.handle(payload), "deal");
        case AwaitingShares p -> {
          Step<Masking> step = p.handle(payload);
          if (step instanceof Step.Next<Masking>(Masking masking, _, _)) {
            yield upload(masking);
          }
          yield after(step, "");
        }
        case Uploading p -> after(p.handle(payload), "consent");
        case AwaitingConsents p -> {
          try (p) { // whatever the answer did not reveal is wiped, also where it is not sent
            Progress progress = after(p.handle(payload), "answer");
            yield progress == Progress.GOING_ON ? Progress.ANSWERED : progress;
          }
        }
        case Finished(_, _, _, _, _, Optional<Proceedings> proceedings)
            when checking != null && checking.awaits() && proceedings.isPresent() -> {
          checking.handle(proceedings.get(), payload);
          yield Progress.ANSWERED;
        }
        case Finished _ when checking != null && checking.isBlind() -> {
          checking.pass();
          yield Progress.ANSWERED;
        }
        case Masking _, Finished _ ->
            leave(coordinator(Rule.WELL_FORMED, "a message came that no phase awaits"));
      };
    } catch (TrainingException
        | InvalidModelException
        | ScoringException
        | UnusableOutputException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (LinkageError | OutOfMemoryError | InternalError e) {
      // A native library that is not whole, a model too large, a mapped file that cannot be read:
      // the next round may fit.
      LOG.error("study '{}', {}: the engine failed", study.study(), round, e);
      return failed(e.toString());
    }
  }

  /// The engine's words may speak of rows: they stay in the site's own log.
  private Progress failed(String words) throws IOException {
    site.ledger().note(study.study(), "failed", words);
    return leave("training failed at this site; its custodian's log says why");
  }

  private Progress begin(byte[] payload) throws IOException {
    Opening opening;
    try {
      opening = Opening.decode(payload);
    } catch (MalformedException e) {
      return leave(coordinator(Rule.WELL_FORMED, "the opening does not decode: " + e.getMessage()));
    }
    manifest = opening.manifest().manifest();
    Optional<Purpose> wanted = Purpose.ofLabel(manifest.purpose());
    if (wanted.isEmpty()) {
      return leave(
          coordinator(
              Rule.PLAN, "'%s' is no purpose of this protocol".formatted(manifest.purpose())));
    }
    purpose = wanted.get();
    if (!opening.manifest().isSignedBy(site.policy().coordinator())) {
      return leave(
          coordinator(
              Rule.MANIFEST_SIGNATURE,
              "the manifest is not signed by the coordinator of this site's policy"));
    }
    if (site.ledger().isHalted()) {
      return leave(
          new Fault(
              Rule.HALTED,
              site.name(),
              "it is halted: others say that they saw its journal further than it knows; its"
                  + " custodian can resume it"));
    }
    Optional<Fault> objection =
        RoundTerms.objection(manifest, purpose, study, site.ledger().journal());
    if (objection.isPresent()) {
      return leave(objection.get());
    }
    Optional<Fault> otherModel = adopt();
    if (otherModel.isPresent()) {
      return leave(otherModel.get());
    }
    return switch (new Ancestry(study, site.ledger(), states, outbox, site.acceptsUnverifiedSums())
        .of(opening, round)) {
      case Ancestry.Finding.Invented(Fault fault) -> leave(fault);
      case Ancestry.Finding.Known(Descent descent) -> {
        Participation counted = new Participation(site.name(), study, site.ledger(), opening);
        carried = states.carried().at(begun().model(), counted);
        yield after(
            SiteRound.begin(
                site.policy(),
                site.name(),
                site.key(),
                opening.manifest(),
                study.scope(purpose),
                descent,
                site.ledger().journal(),
                site.random()),
            "keys");
      }
    };
  }

  /// A plan that describes no model leaves the file to the coordinator, once: with a second one, it
  /// could have two first states that hardly differ, and take the sums over them from each other.
  private Optional<Fault> adopt() throws IOException {
    if (study.plan().model().isPresent()) {
      return Optional.empty();
    }
    Digest plan = study.plan().digest();
    Digest model = study.model().digest();
    return site.ledger().journal().hasAdopted(plan, model)
        ? Optional.empty()
        : site.ledger().record(new JournalEntry.Adopted(plan, model), study.study(), round);
  }

  private Progress upload(Masking masking)
      throws IOException, InterruptedException, TrainingException, InvalidModelException {
    phase = masking; // so that closing this round wipes its secrets whatever happens next
    float[] state;
    try {
      state = states.of(begun().model(), outbox);
    } catch (UnusableStateException e) {
      return leave(coordinator(Rule.WELL_FORMED, String.valueOf(e.getMessage())));
    }
    long since = System.nanoTime(); // from here on nobody else decides how long it takes
    Contribution mine;
    try (DeviceTurns.Turn _ = training.turn()) {
      mine = contribution(state);
    }
    awaitUploadTime(since);
    Step<Uploading> step;
    try (Secret coins =
        Secret.taking(site.secret().coins(study.scope(begunPurpose()), begun().model()))) {
      step = masking.mask(mine.input(), coins, new Threads(site.threads()), UPLOAD_IN_MEMORY);
    }
    Progress progress = after(step, "upload header");
    if (progress != Progress.GOING_ON
        || !(step instanceof Step.Next<Uploading>(Uploading uploading, _, _))) {
      return progress;
    }
    if (begunPurpose() == Purpose.TRAIN) { // the journal has taken the input; no chunk has left
      try {
        states.carried().keep(begun().model(), begun().round(), carried, mine.carriedAfter());
      } catch (IOException e) {
        site.ledger().note(study.study(), round, "failed", String.valueOf(e.getMessage()));
        return leave("this site cannot keep its part of the round; its custodian's log says why");
      }
    }
    checking = SumChecking.begin(site, begun(), states, round, outbox);
    send(uploading.upload(), "masked vector");
    return Progress.GOING_ON;
  }

  /// Sends what of the vector the coordinator does not have. Chunks that are made again have the
  /// same bytes, or the upload stops.
  private void send(Upload upload, String what) throws IOException, InterruptedException {
    SumChecking copy = Objects.requireNonNull(checking, "begun before the upload");
    long[] bytes = {0};
    try {
      outbox.upload(
          study.study(),
          round,
          upload.chunkCount(),
          index -> {
            byte[] chunk = upload.chunk(index);
            copy.sent(index, chunk);
            bytes[0] += chunk.length;
            return chunk;
          });
    } catch (IOException | InterruptedException e) {
      // What has left has left, whoever took it.
      site.ledger()
          .note(
              study.study(),
              round,
              "sent in part",
              "%d bytes of the masked vector".formatted(bytes[0]));
      throw e;
    }
    if (bytes[0] > 0) {
      site.ledger().sending(study.study(), round, what, bytes[0], upload.header().digest());
    }
  }

  private Contribution contribution(float[] state)
      throws IOException, TrainingException, InvalidModelException, InterruptedException {
    return switch (begunPurpose()) {
      case TRAIN -> Contribution.trained(study, training, state, carried, begun().round());
      case EVALUATE -> Contribution.evaluated(training, state, carried);
      case AUDIT -> Contribution.audited(site, study, state);
    };
  }

  /// Waits as long as the *plan* says, by this site's own watch since training began here: a
  /// coordinator that names an earlier time, or holds back what goes before, does not learn how
  /// long training took; one that names a later time or has another clock holds nobody up.
  private void awaitUploadTime(long since) throws InterruptedException {
    long waited = (System.nanoTime() - since) / 1_000_000;
    Thread.sleep(Math.max(0, study.plan().aggregation().uploadAfterMillis() - waited));
  }

  /// Remembers what a step says, then sends what it says and moves on; or leaves for the reason
  /// that it, or the journal, gives.
  private Progress after(Step<? extends SitePhase> step, String message) throws IOException {
    switch (step) {
      case Step.Next<? extends SitePhase>(
              SitePhase next,
              Optional<JournalEntry> entry,
              Optional<Message> outgoing) -> {
        phase = next;
        Optional<Fault> objection = remember(entry);
        if (objection.isPresent()) {
          return leave(objection.get());
        }
        if (outgoing.isPresent()) {
          send(message, outgoing.get().encoded());
        }
        return Progress.GOING_ON;
      }
      case Step.Refused<? extends SitePhase> refused -> {
        Optional<Fault> _ = remember(refused.entry());
        if (refused.complaint().isPresent()) {
          send("complaint", refused.complaint().get().encoded());
        }
        return leave(refused.fault());
      }
    }
  }

  private Optional<Fault> remember(Optional<JournalEntry> entry) throws IOException {
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    synchronized (site.ledger()) { // nothing is written between the count and the answer
      if (entry.get() instanceof JournalEntry.Answered) {
        Optional<String> tooMany =
            RoundTerms.tooMany(begun(), begunPurpose(), study, site.ledger().journal());
        if (tooMany.isPresent()) {
          return Optional.of(new Fault(Rule.SPENT_STATE, Fault.COORDINATOR, tooMany.get()));
        }
      }
      return site.ledger().record(entry.get(), study.study(), round);
    }
  }

  private void send(String what, byte[] payload) throws IOException {
    site.ledger().sending(study.study(), round, what, payload.length, Digest.of(payload));
    outbox.message(study.study(), round, payload);
  }

  private static Fault coordinator(Rule rule, String detail) {
    return new Fault(rule, Fault.COORDINATOR, detail);
  }

  private Progress leave(Fault fault) throws IOException {
    return leave(fault.toString());
  }

  private Progress leave(String reason) throws IOException {
    close();
    site.ledger().note(study.study(), round, "left", reason);
    outbox.leave(study.study(), round, reason);
    return Progress.LEFT;
  }

  private RoundManifest begun() {
    if (manifest == null) {
      throw new IllegalStateException("no phase is reached before the manifest");
    }
    return manifest;
  }

  private Purpose begunPurpose() {
    if (purpose == null) {
      throw new IllegalStateException("no phase is reached before the manifest");
    }
    return purpose;
  }

  /// Wipes what is secret; the site has left the round.
  @Override
  public void close() {
    if (phase != null) {
      phase.close();
    }
    if (checking != null) {
      checking.close();
    }
  }
}

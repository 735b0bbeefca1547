package dev.caisson.client;

import dev.caisson.client.grpc.Line;
import dev.caisson.client.round.Outbox;
import dev.caisson.client.round.Scratch;
import dev.caisson.client.round.SiteRoundRunner;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.study.StudyAdmission;
import dev.caisson.client.study.StudyAdmission.Answer;
import dev.caisson.client.training.TrainingPlace;
import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One study at this site: a thread that judges the offer, then answers round after round, whatever
/// becomes of the connections. A round that is over here is not begun again. The wire puts work
/// into its [Tray].
final class StudyDesk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StudyDesk.class);
  private static final String BROKE_OFF =
      "the round broke off at this site; its custodian's log says why";

  private static final String NOT_JUDGED =
      "this site could not look at the study; its custodian's log says why";

  /// How long a model file may take to come, over however many connections: this, and a second a
  /// megabyte.
  private static final Duration MODEL_PATIENCE = Duration.ofMinutes(30);

  private final String study;
  private final SiteRoundRunner.Site site;
  private final StudyAdmission admission;
  private final TrainingPlace place;
  private final Tray tray;
  private final Line line;
  private final Told told;
  private final Openings openings;
  private final Thread thread;
  private Tray.Work.Offer offer;
  private volatile boolean refused;
  private volatile boolean unclaimed;
  private volatile long unclaimedSince;
  private volatile boolean draining;
  private volatile boolean answering;
  private volatile boolean working;
  private volatile boolean inRound;

  /// When (`System.nanoTime`) something was last put here, or done.
  private volatile long touched = System.nanoTime();

  /// When (`System.nanoTime`) the time of the round that runs is over.
  private volatile long busyUntil = System.nanoTime();

  private @Nullable Seat seat;
  private @Nullable SiteRoundRunner running;
  private String runningRound = "";

  /// The last round that is over at this site.
  private String roundOver = "";

  StudyDesk(
      String study,
      SiteRoundRunner.Site site,
      StudyAdmission admission,
      TrainingPlace place,
      Line line,
      Told told,
      Openings openings,
      Tray.Work.Offer offer) {
    this.study = study;
    this.offer = offer;
    this.site = site;
    this.admission = admission;
    this.place = place;
    this.line = line;
    this.told = told;
    this.openings = openings;
    this.tray = new Tray(study);
    tray.put(offer);
    this.thread = Thread.ofPlatform().daemon().name("study-" + study).start(this::serve);
  }

  void offered(Tray.Work.Offer offered) {
    unclaimed = false;
    refused = false;
    offer = offered;
    touched = System.nanoTime();
    tray.put(offered);
  }

  /// What was offered last.
  Tray.Work.Offer offer() {
    return offer;
  }

  /// The connection is gone; unless the study is offered again, it is of no more use.
  void unclaim() {
    if (!unclaimed) {
      unclaimedSince = System.nanoTime();
      unclaimed = true;
    }
  }

  boolean isUnclaimed() {
    return unclaimed;
  }

  /// The round that runs is over, the study is not.
  void coordinatorRestarted() {
    tray.put(new Tray.Work.CoordinatorRestarted());
  }

  /// From here on no round is begun.
  void drain() {
    draining = true;
  }

  /// Whether this site still owes a round its answer.
  boolean isAnswering() {
    return answering;
  }

  void message(String round, byte[] payload) {
    touched = System.nanoTime();
    tray.put(new Tray.Work.Message(round, payload));
  }

  void roundEnded(String round, boolean completed, String reason) {
    tray.put(new Tray.Work.RoundEnded(round, completed, reason));
  }

  /// Whether there is a thread that does the work.
  boolean isAlive() {
    return thread.isAlive();
  }

  /// Whether nothing of this study goes on: it was refused, or not offered for so long, and the
  /// time of its round is over.
  boolean isIdle(Duration notOffered) {
    long now = System.nanoTime();
    return refused
        || !thread.isAlive()
        || (unclaimed
            && now - unclaimedSince >= notOffered.toNanos()
            && (!answering || now - busyUntil >= 0));
  }

  /// Whether this study has stood still for so long: no work is under way or has come, and no round
  /// runs whose time is not over.
  boolean isResting(Duration rest) {
    long now = System.nanoTime();
    return !working && now - touched >= rest.toNanos() && (!inRound || now - busyUntil >= 0);
  }

  /// When (`System.nanoTime`) there was last something to do.
  long touched() {
    return touched;
  }

  private void serve() {
    try {
      while (true) {
        Tray.Work work = tray.take();
        working = true;
        try {
          switch (work) {
            case Tray.Work.Offer(SignedPlan plan) -> judge(plan);
            case Tray.Work.Message(String round, byte[] payload) -> step(round, payload);
            case Tray.Work.RoundEnded(String round, boolean completed, String reason) ->
                ended(round, completed, reason);
            case Tray.Work.CoordinatorRestarted() -> {
              endRound();
              roundOver = ""; // the new process may give a round a name that was used
            }
            case Tray.Work.Stop() -> {
              return;
            }
          }
        } catch (IOException e) {
          LOG.warn("study '{}': {}", study, e.getMessage());
          giveUp(work);
        } catch (RuntimeException | LinkageError | OutOfMemoryError | InternalError e) {
          // Else this thread ends, and the coordinator waits for an answer that never comes.
          LOG.error("study '{}': what was to be done failed at this site", study, e);
          note("failed", e.toString());
          giveUp(work);
        } finally {
          touched = System.nanoTime();
          working = false;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      endRound();
      forget();
    }
  }

  /// The coordinator is not left without an answer, whatever it was that failed; the study goes on.
  private void giveUp(Tray.Work work) {
    if (Thread.currentThread().isInterrupted()) {
      return; // this desk is being closed: nobody waits for its answer
    }
    switch (work) {
      case Tray.Work.Offer _ -> {
        turnDown(NOT_JUDGED);
        forget();
      }
      case Tray.Work.Message(String round, _) -> {
        line.leave(study, round, BROKE_OFF);
        endRound();
        roundOver = round;
      }
      case Tray.Work.RoundEnded _, Tray.Work.CoordinatorRestarted _, Tray.Work.Stop _ -> endRound();
    }
  }

  private void judge(SignedPlan plan) throws IOException {
    refused = false;
    if (seat != null) {
      Optional<String> objection =
          seat.plan().isOf(plan)
              ? admission.unsigned(plan)
              : Optional.of("this site knows the study by another plan or model file");
      if (objection.isPresent()) {
        withdraw(objection.get());
      } else { // the connection is new, study and round are not
        line.admit(study, seat.study().commitment());
      }
      return;
    }
    Answer answer = admission.judge(study, plan, this::model);
    switch (answer) {
      case Answer.Admitted(LocalStudy local) -> admit(plan, local);
      case Answer.Refused(String reason) -> refuse(reason);
    }
  }

  private Path model(Digest digest) throws IOException {
    long most = admission.mostModelBytes();
    Duration patience = MODEL_PATIENCE.plusSeconds(most / 1_000_000);
    Path file = Scratch.beside(site.ledger(), study).file("model");
    line.until(System.nanoTime() + patience.toNanos(), MODEL_PATIENCE, site.random())
        .fetch(study, digest, most, file);
    return file;
  }

  private void admit(SignedPlan plan, LocalStudy local) throws IOException {
    if (!openings.take(local.plan(), System.nanoTime())) {
      turnDown(Openings.refusal(local.plan()));
      return;
    }
    try {
      seat = Seat.take(plan, local, site, place, admission.features());
    } catch (Seat.RefusedException e) {
      refuse(String.valueOf(e.getMessage()));
      return;
    }
    site.ledger().note(study, "admitted", "plan " + local.plan().digest());
    LOG.info("study '{}' admitted: {} rounds", study, local.plan().rounds());
    line.admit(study, local.commitment());
  }

  /// Takes part no longer, whatever it had answered.
  private void withdraw(String reason) throws IOException {
    endRound();
    refuse(reason);
    forget();
  }

  private void forget() {
    if (seat != null) {
      Seat over = seat;
      seat = null;
      over.close();
    }
  }

  private void refuse(String reason) throws IOException {
    if (told.isNew(study, reason)) {
      site.ledger().note(study, "refused", reason);
    }
    turnDown(reason);
  }

  private void turnDown(String reason) {
    refused = true;
    LOG.info("study '{}' refused: {}", study, reason);
    line.refuse(study, reason);
  }

  /// For the custodian, where the ledger can still be written.
  private void note(String what, String text) {
    try {
      site.ledger().note(study, what, text);
    } catch (IOException e) {
      LOG.warn("study '{}': not noted: {}", study, e.getMessage());
    }
  }

  private void step(String round, byte[] payload) throws IOException, InterruptedException {
    if (seat == null) {
      line.leave(study, round, "this site does not take part in the study");
      return;
    }
    if (round.equals(roundOver)) {
      line.leave(study, round, "the round is over at this site");
      return;
    }
    if (running == null || !runningRound.equals(round)) {
      endRound();
      if (draining) {
        line.leave(study, round, "this site is being stopped");
        return;
      }
      Optional<String> unsigned = admission.unsigned(seat.plan());
      if (unsigned.isPresent()) { // its custodian has accepted another list meanwhile
        line.leave(study, round, unsigned.get());
        withdraw(unsigned.get());
        return;
      }
      if (!openings.take(seat.study().plan(), System.nanoTime())) {
        line.leave(study, round, Openings.refusal(seat.study().plan()));
        return;
      }
      running =
          new SiteRoundRunner(
              site, seat.study(), seat.training(), seat.states(), round, outbox(seat.study()));
      runningRound = round;
      answering = true;
      inRound = true;
    }
    switch (running.handle(payload)) {
      case GOING_ON -> {}
      case ANSWERED -> {
        answering = false;
        LOG.debug("{}: answered", round);
      }
      case LEFT -> endRound();
    }
  }

  /// By this site's own watch and the plan, whatever time the coordinator names.
  private Outbox outbox(LocalStudy of) {
    AggregationPlan plan = of.plan().aggregation();
    Duration limit = Duration.ofSeconds(plan.secondsPerRound());
    Duration check =
        plan.checkLimit(of.shared().length()).multipliedBy(3); // shown, tagged, checked
    busyUntil = System.nanoTime() + limit.plus(check).toNanos();
    return line.until(busyUntil, stall(limit), site.random());
  }

  /// How long an upload may show no progress before it is tried over another connection: a quarter
  /// of the round, 2 to 10 minutes. A chunk of the widest ring takes 2 minutes at 1 KB/s.
  static Duration stall(Duration limit) {
    return Duration.ofSeconds(Math.clamp(limit.toSeconds() / 4, 120, 600));
  }

  private void ended(String round, boolean completed, String reason) {
    if (!completed) {
      LOG.warn("study '{}': {} ended without a result: {}", study, round, reason);
    }
    if (runningRound.equals(round)) {
      endRound();
    }
  }

  private void endRound() {
    answering = false;
    inRound = false;
    if (running != null) {
      SiteRoundRunner over = running;
      running = null; // before anything else can fail
      roundOver = runningRound;
      over.close();
    }
  }

  @Override
  public void close() {
    tray.clear();
    tray.put(new Tray.Work.Stop());
    thread.interrupt();
  }
}

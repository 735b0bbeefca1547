package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.server.round.Deadlines;
import dev.caisson.server.round.RoundOutcome;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.store.StoreException;
import dev.caisson.server.study.Summing.Result;
import dev.caisson.server.study.Summing.Wanted;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of one study, on one thread: wait for its sites, train round by round, measure the
/// final state, then stand by while the airlock has it audited. What it does next it reads from the
/// database, so it goes on where it was, in whatever process.
///
/// A study that has trained is not given up for trouble that can pass: it is paused, and goes on
/// when the sites are back or somebody resumes it.
public final class StudyRunner implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(StudyRunner.class);

  private final Submission submission;
  private final StudyMeans means;
  private final StudyLog log;
  private final Mailbox mailbox = new Mailbox();
  private final Participants participants;
  private final Gathering gathering;
  private final Summing summing;
  private final Audits audits;
  private final Standstill standstill;
  private final Holdings holdings;
  private final Thread thread;
  private volatile boolean stopping;

  StudyRunner(Submission submission, StudyMeans means) {
    String study = submission.study();
    this.submission = submission;
    this.means = means;
    this.log = new StudyLog(means.database(), means.clock(), study);
    this.participants = Participants.of(submission, log, means.database());
    Deadlines deadlines = means.deadlines(submission);
    this.gathering =
        new Gathering(
            participants,
            mailbox,
            deadlines,
            log,
            submission.plan().aggregation().threshold(),
            () -> isOver() || log.summary().pause() != Pause.NONE);
    this.summing =
        new Summing(
            submission,
            means.database(),
            means.clock(),
            means.driver(),
            deadlines,
            participants,
            gathering,
            mailbox,
            log);
    this.audits = new Audits(study, log);
    this.thread = Thread.ofVirtual().name("study-" + study).unstarted(this);
    this.holdings = new Holdings(submission, means, log);
    this.standstill =
        new Standstill(study, log, mailbox, participants, gathering, holdings, this::isOver);
  }

  public Submission submission() {
    return submission;
  }

  StudyLog log() {
    return log;
  }

  Participants participants() {
    return participants;
  }

  boolean hasShown(Digest digest) {
    return holdings.hasShown(digest);
  }

  /// Has the sites run the audit on the candidate and sums what they find. Fails with an
  /// `IllegalStateException` that says why, also when the study is not a candidate.
  public CompletableFuture<SumResult> audit(VectorSpec vector) {
    return audits.request(vector);
  }

  void start() {
    thread.start();
  }

  /// No further round; one that is under way goes on.
  void drain() {
    stopping = true;
  }

  /// Waits for the end of the round under way, then stops, at the latest after so long. What is in
  /// the database stays as it is: the study goes on with the next process.
  void stop(Duration patience) throws InterruptedException {
    stopping = true;
    if (thread.getState() != Thread.State.NEW && !thread.join(patience)) {
      thread.interrupt();
      thread.join();
    }
  }

  /// Ends the study at once.
  void cancel(String why) {
    log.enter(StudyState.CANCELLED, why, StudyLog.Also.NOTHING);
    thread.interrupt();
  }

  private boolean isOver() {
    return stopping || log.summary().state().isFinal();
  }

  @Override
  public void run() {
    means.sites().subscribe(submission.study(), submission.plan().sites(), mailbox);
    try {
      while (!isOver()) {
        try {
          goOn();
        } catch (StudyOverException e) {
          LOG.debug("study {} was ended meanwhile", submission.study(), e);
        } catch (IOException | StoreException e) {
          standstill.afterFailure(e);
        } catch (RuntimeException | OutOfMemoryError e) {
          standstill.afterBug(e);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("study {} stops", submission.study(), e);
    } finally {
      Thread.interrupted(); // what follows is quick, and is to be done
      end();
    }
  }

  private void goOn() throws InterruptedException, IOException {
    if (log.standStill("paused; resume it with study resume")) {
      return;
    }
    StudyLog.Summary now = log.summary();
    switch (now.state()) {
      case WAITING -> gather();
      case TRAINING -> {
        if (holdings.headway().roundsDone() < submission.plan().rounds()) {
          train();
        } else if (!holdings.isTrained()) {
          evaluate();
        } else {
          becomeCandidate();
        }
      }
      case PAUSED -> {
        if (standstill.isOver(now.pause())) {
          log.enter(holdings.whereItStood(), "the sites are back", StudyLog.Also.NOTHING);
          means.onCandidate().run();
        }
      }
      case CANDIDATE -> serveAudits();
      case FINISHED, FAILED, CANCELLED -> {}
    }
  }

  private void gather() throws InterruptedException {
    switch (gathering.await(Optional.empty())) {
      case Gathering.Outcome.Disturbed() -> {}
      case Gathering.Outcome.TooFew(String why, boolean forGood) ->
          stuck(why, forGood ? Pause.TROUBLE : Pause.MISSING);
      case Gathering.Outcome.Ready(var sites) ->
          log.enter(
              StudyState.TRAINING,
              "%d sites take part: %s".formatted(sites.size(), String.join(", ", sites.keySet())),
              StudyLog.Also.NOTHING);
    }
  }

  private void train() throws InterruptedException, IOException {
    Headway from = holdings.headway();
    int round = from.roundsDone() + 1;
    Wanted wanted = Wanted.training(submission, round);
    if (sum(wanted, from) instanceof Result.Sum(RoundOutcome.Completed done, Headway begun)) {
      String text = "round %d of %d".formatted(round, submission.plan().rounds());
      try {
        holdings.trained(begun, done, text);
      } catch (ArithmeticException e) {
        fail("round %d: %s".formatted(round, e.getMessage()));
      }
    }
  }

  private void evaluate() throws InterruptedException, IOException {
    Wanted wanted = Wanted.evaluation(submission);
    if (sum(wanted, holdings.headway())
        instanceof Result.Sum(RoundOutcome.Completed done, Headway begun)) {
      holdings.evaluated(begun, done, "final state");
    }
  }

  private void becomeCandidate() throws IOException {
    holdings.becomeCandidate("trained; the checkpoint waits for the airlock");
    means.onCandidate().run();
  }

  private void serveAudits() throws InterruptedException, IOException {
    mailbox.take(Gathering.TICK).ifPresent(participants::handle);
    Optional<Audits.Request> request = audits.next();
    if (request.isEmpty()) {
      return;
    }
    try {
      Wanted wanted = Wanted.audit(request.get().vector());
      if (sum(wanted, holdings.headway())
          instanceof Result.Sum(RoundOutcome.Completed done, Headway begun)) {
        log.say("audited by %d sites".formatted(done.sum().survivors().size()));
        holdings.finish(
            begun,
            "audited; the rest is between the airlock and its reviewers",
            () -> request.get().reply().complete(done.sum()));
      }
    } finally {
      request
          .get()
          .reply()
          .completeExceptionally(new IllegalStateException("the audit ended without a result"));
    }
  }

  /// Lets the study go on from where it stood, as a person wants it.
  ///
  /// @param withoutMissing also without sites that a sum is pinned to; those of them that answered
  ///   refuse, unless their custodians have permitted a repeat
  void resume(String why, boolean withoutMissing) {
    log.resume(
        holdings.whereItStood(),
        why,
        sql -> {
          if (withoutMissing) {
            AttemptTable.unpin(sql, submission.study());
          }
        });
  }

  private Result sum(Wanted wanted, Headway from) throws InterruptedException, IOException {
    Result result = summing.take(wanted, from, holdings::shelf);
    if (result instanceof Result.Stuck(String why, Pause pause)) {
      stuck(why, pause);
    }
    return result;
  }

  /// A study that has trained a round is paused, one that has not has nothing to lose.
  private void stuck(String why, Pause pause) {
    if (holdings.hasSomething()) {
      log.enter(StudyState.PAUSED, why, pause, StudyLog.Also.NOTHING);
    } else {
      fail(why);
    }
  }

  private void fail(String why) {
    log.enter(StudyState.FAILED, why, StudyLog.Also.NOTHING);
  }

  private void end() {
    try {
      if (!isOver()) { // an error that nothing can go on after; the thread's end reports it
        stuck(
            "the coordinator failed (its log says how); resume the study after it was started again",
            Pause.TROUBLE);
      }
      StudyLog.Summary last = log.summary();
      if (last.state().isFinal()) {
        participants.dismiss(
            last.state() == StudyState.FINISHED ? "the study is finished" : last.reason());
      }
      if (last.state() == StudyState.FAILED || last.state() == StudyState.CANCELLED) {
        holdings.releaseAll();
      }
    } catch (StoreException | IOException e) {
      LOG.error("study {}: {}", submission.study(), e.getMessage(), e);
    } finally {
      means.sites().unsubscribe(submission.study());
      mailbox.close();
      audits.close("study '%s' is %s".formatted(submission.study(), log.summary().state().label()));
      means.onEnd().accept(submission.study());
    }
  }
}

package dev.caisson.server.study;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.strategy.FederatedAveraging;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyState;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.Succession;
import dev.caisson.server.round.Deadlines;
import dev.caisson.server.round.RoundOutcome;
import dev.caisson.server.round.Shelf;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.store.StoreException;
import dev.caisson.server.study.Summing.Result;
import dev.caisson.server.study.Summing.Wanted;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final Duration UNTIL_ROOM = Duration.ofSeconds(5);

  private final Submission submission;
  private final StudyMeans means;
  private final StudyLog log;
  private final Mailbox mailbox = new Mailbox();
  private final Participants participants;
  private final Gathering gathering;
  private final Summing summing;
  private final Audits audits;
  private final Set<Digest> shown = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean stopping;

  /// Whether something that a site said could not be kept.
  private boolean missedWords;

  StudyRunner(Submission submission, StudyMeans means) {
    String study = submission.study();
    this.submission = submission;
    this.means = means;
    this.log = new StudyLog(means.database(), means.clock(), study);
    this.participants =
        means
            .database()
            .<Participants, RuntimeException>read(
                sql ->
                    new Participants(
                        submission,
                        log,
                        SiteTables.commitments(sql, study),
                        SiteTables.excluded(sql, study)));
    Deadlines deadlines = means.deadlines(submission.plan());
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
    shown.add(submission.model());
    shown.addAll(headway().content());
    shown.addAll(
        means
            .database()
            .<List<Digest>, RuntimeException>read(sql -> ContentTable.ofChecks(sql, study)));
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
    return shown.contains(digest);
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
    means.sites().subscribe(submission.study(), mailbox);
    try {
      while (!isOver()) {
        try {
          goOn();
        } catch (StudyOverException e) {
          LOG.debug("study {} was ended meanwhile", submission.study(), e);
        } catch (IOException | StoreException e) {
          hold(e);
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
    StudyLog.Summary now = log.summary();
    if (now.pause() != Pause.NONE && now.state() != StudyState.PAUSED) {
      log.enter(StudyState.PAUSED, "paused; resume it with study resume", now.pause(), sql -> {});
      return;
    }
    switch (now.state()) {
      case WAITING -> gather();
      case TRAINING -> {
        if (headway().roundsDone() < submission.plan().rounds()) {
          train();
        } else if (!isTrained()) {
          evaluate();
        } else {
          becomeCandidate();
        }
      }
      case PAUSED -> standStill(now.pause());
      case CANDIDATE -> serveAudits();
      case FINISHED, FAILED, CANCELLED -> {}
    }
  }

  private void gather() throws InterruptedException {
    if (missedWords) {
      missedWords = false;
      participants.askAgain();
    }
    switch (gathering.await(Optional.empty())) {
      case Gathering.Outcome.Disturbed() -> {}
      case Gathering.Outcome.Short(String why, boolean forGood) ->
          stuck(why, forGood ? Pause.TROUBLE : Pause.MISSING);
      case Gathering.Outcome.Ready(var sites) ->
          log.enter(
              StudyState.TRAINING,
              "%d sites take part: %s".formatted(sites.size(), String.join(", ", sites.keySet())),
              StudyLog.Also.NOTHING);
    }
  }

  private void train() throws InterruptedException, IOException {
    Headway from = headway();
    int round = from.roundsDone() + 1;
    Wanted wanted =
        new Wanted(
            Purpose.TRAIN,
            RoundVectors.training(submission.plan(), submission.parameters().length()),
            RoundVectors.weights(submission.plan()),
            "round " + round);
    if (sum(wanted, from) instanceof Result.Sum(RoundOutcome.Completed done, Headway begun)) {
      Aggregate sum = done.sum().aggregate();
      Set<Digest> gone = new HashSet<>(begun.content());
      try (StudyContent.Naming _ = means.content().naming()) {
        BlobStore blobs = means.content().blobs();
        float[] state = ParameterManifest.vector(blobs.get(begun.head()));
        Digest next = blobs.put(ParameterManifest.bytes(FederatedAveraging.step(state, sum)));
        Digest content = blobs.put(sum.content());
        Headway to = begun.trained(next, new Succession(sum.manifest(), content));
        shown.addAll(to.content());
        gone.addAll(
            record(
                Completions.of(done, Purpose.TRAIN, begun.attempts(), round, next, means.clock()),
                "round %d of %d".formatted(round, submission.plan().rounds()),
                to));
        gone.removeAll(to.content());
      } catch (ArithmeticException e) {
        fail("round %d: %s".formatted(round, e.getMessage()));
      }
      release(gone);
    }
  }

  private void evaluate() throws InterruptedException, IOException {
    Headway from = headway();
    Wanted wanted =
        new Wanted(
            Purpose.EVALUATE,
            RoundVectors.evaluation(submission.plan()),
            new Weights.Equal(),
            "the final evaluation");
    if (sum(wanted, from) instanceof Result.Sum(RoundOutcome.Completed done, Headway begun)) {
      Collection<Digest> gone =
          record(
              Completions.of(
                  done,
                  Purpose.EVALUATE,
                  begun.attempts(),
                  begun.roundsDone() + 1,
                  begun.head(),
                  means.clock()),
              "final state",
              begun);
      release(gone);
    }
  }

  private void becomeCandidate() {
    log.enter(
        StudyState.CANDIDATE,
        "trained; the checkpoint waits for the airlock",
        StudyLog.Also.NOTHING);
    means.onCandidate().run();
  }

  private void serveAudits() throws InterruptedException, IOException {
    mailbox.take(Gathering.TICK).ifPresent(participants::handle);
    Optional<Audits.Request> request = audits.next();
    if (request.isEmpty()) {
      return;
    }
    try {
      Headway from = headway();
      Wanted wanted =
          new Wanted(
              Purpose.AUDIT, request.get().vector(), new Weights.Equal(), "the airlock's audit");
      if (sum(wanted, from) instanceof Result.Sum(RoundOutcome.Completed done, Headway begun)) {
        Headway to =
            new Headway(begun.head(), Optional.empty(), begun.roundsDone(), begun.attempts());
        Set<Digest> gone = new HashSet<>(begun.content());
        gone.addAll(
            means
                .database()
                .<List<Digest>, RuntimeException>read(
                    sql -> ContentTable.ofChecks(sql, submission.study())));
        log.say("audited by %d sites".formatted(done.sum().survivors().size()));
        log.enter(
            StudyState.FINISHED,
            "audited; the rest is between the airlock and its reviewers",
            sql -> {
              StudyTable.moveOn(sql, submission.study(), to, means.clock().instant());
              AttemptTable.done(sql, submission.study());
            });
        request.get().reply().complete(done.sum());
        release(gone);
      }
    } finally {
      request
          .get()
          .reply()
          .completeExceptionally(new IllegalStateException("the audit ended without a result"));
    }
  }

  /// Stands still until somebody resumes the study, or the sites are back that it waited for.
  private void standStill(Pause pause) throws InterruptedException {
    mailbox.take(Gathering.TICK).ifPresent(participants::handle);
    if (pause == Pause.MISSING && gathering.isThere(pinnedNow())) {
      resume("the sites are back", false);
      means.onCandidate().run();
    }
  }

  /// Lets the study go on from where it stood.
  ///
  /// @param withoutMissing also without sites that a sum is pinned to; those of them that answered
  ///   refuse, unless their custodians have permitted a repeat
  void resume(String why, boolean withoutMissing) {
    boolean trained = isTrained();
    log.enter(
        trained ? StudyState.CANDIDATE : StudyState.WAITING,
        why,
        sql -> {
          if (withoutMissing) {
            AttemptTable.unpin(sql, submission.study());
          }
        });
  }

  private boolean isTrained() {
    return means
        .database()
        .<Boolean, RuntimeException>read(sql -> RoundTable.isEvaluated(sql, submission.study()));
  }

  Optional<Pinned> pinnedNow() {
    return means.database().read(sql -> AttemptTable.pinned(sql, submission.study()));
  }

  private Result sum(Wanted wanted, Headway from) throws InterruptedException, IOException {
    Result result = summing.take(wanted, from, this::shelf);
    if (result instanceof Result.Stuck(String why, Pause pause)) {
      stuck(why, pause);
    }
    return result;
  }

  /// A study that has trained a round is paused, one that has not has nothing to lose.
  private void stuck(String why, Pause pause) {
    boolean hasSomething = headway().roundsDone() > 0 || pinnedNow().isPresent();
    if (hasSomething) {
      log.enter(StudyState.PAUSED, why, pause, StudyLog.Also.NOTHING);
    } else {
      fail(why);
    }
  }

  private void fail(String why) {
    log.enter(StudyState.FAILED, why, StudyLog.Also.NOTHING);
  }

  /// Puts a completed round down, with the headway that it made; gives the content that its end
  /// makes superfluous.
  private Collection<Digest> record(RoundTable.Done done, String text, Headway to) {
    Set<Digest> gone = new HashSet<>();
    String study = submission.study();
    log.round(
        done,
        text,
        sql -> {
          StudyTable.moveOn(sql, study, to, means.clock().instant());
          AttemptTable.done(sql, study);
          gone.addAll(ContentTable.endChecks(sql, study, done.attempt()));
        });
    return gone;
  }

  private Shelf shelf(long attempt) {
    return (digest, pieces, piece) -> {
      try (StudyContent.Naming _ = means.content().naming();
          BlobStore.Incoming incoming = means.content().blobs().incoming(Long.MAX_VALUE)) {
        for (int i = 0; i < pieces; i++) {
          incoming.write(piece.apply(i));
        }
        if (!incoming.keep().equals(digest)) {
          throw new IllegalStateException("content of our own has the digest that we gave it");
        }
        log.change(sql -> ContentTable.forCheck(sql, submission.study(), attempt, digest));
      }
      shown.add(digest);
    };
  }

  private void release(Collection<Digest> gone) throws IOException {
    shown.removeAll(gone);
    means.content().release(gone);
  }

  private Headway headway() {
    return means.database().read(sql -> StudyTable.headway(sql, submission.study()));
  }

  /// The disk is full, or something on it is damaged: this study pauses. As long as even that
  /// cannot be kept it is tried again; nothing else is done meanwhile.
  private void hold(Exception failure) throws InterruptedException {
    LOG.error("study {} cannot keep its state", submission.study(), failure);
    String why =
        "the coordinator cannot keep the study's state: %s; resume it when that is mended"
            .formatted(failure.getMessage());
    missedWords = true;
    while (!isOver()) {
      try {
        log.enter(StudyState.PAUSED, why, Pause.TROUBLE, StudyLog.Also.NOTHING);
        return;
      } catch (StudyOverException e) {
        return; // it was cancelled while the disk failed
      } catch (StoreException e) {
        LOG.warn("study {}: {}", submission.study(), e.getMessage());
        log.holdWithoutRecord(why);
        long until = System.nanoTime() + UNTIL_ROOM.toNanos();
        while (!isOver() && System.nanoTime() < until) {
          listenWithoutRecord();
        }
      }
    }
  }

  private void listenWithoutRecord() throws InterruptedException {
    try {
      mailbox.take(Gathering.TICK).ifPresent(participants::handle);
    } catch (StoreException e) {
      LOG.debug("study {}: a site will be asked again", submission.study(), e);
    }
  }

  private void end() {
    try {
      if (!isOver()) { // our own bug, which the thread's end will report
        fail("the coordinator failed; its log says how");
      }
      StudyLog.Summary last = log.summary();
      if (last.state().isFinal()) {
        participants.dismiss(
            last.state() == StudyState.FINISHED ? "the study is finished" : last.reason());
      }
      if (last.state() == StudyState.FAILED || last.state() == StudyState.CANCELLED) {
        Set<Digest> all = new HashSet<>(shown);
        all.add(submission.initialVector());
        release(all);
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

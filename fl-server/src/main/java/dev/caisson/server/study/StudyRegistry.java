package dev.caisson.server.study;

import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.study.StudyState;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.server.store.StoreException;
import dev.caisson.server.study.StudyDetail.CurvePoint;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All studies of this coordinator: those that are not over run here, the others are in the
/// database. Thread-safe. Whoever asks for content says in which study, and gets only what that
/// study has shown to its sites.
public final class StudyRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(StudyRegistry.class);
  private static final int MAX_UNFINISHED_PER_RESEARCHER = 8;
  private static final int MAX_LISTED = 1000;
  private static final int MAX_NAME = 63;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final StudyMeans means;
  private final StudyReader reader;
  private final Map<String, StudyRunner> running = new LinkedHashMap<>();
  private boolean closed;

  /// @param patience how long a study waits for sites that are away
  public StudyRegistry(
      CoordinatorDatabase database,
      StudyContent content,
      SiteDirectory sites,
      RoundDriver rounds,
      Clock clock,
      Duration patience) {
    this.means =
        new StudyMeans(database, content, sites, rounds, clock, patience, this::wake, this::ended);
    this.reader = new StudyReader(means);
  }

  /// Goes on with every study that an earlier process left, after removing content that none of
  /// them needs. To be called once, before anything else.
  public void resumeAll() throws IOException {
    means.content().sweep();
    List<String> names =
        means.database().<List<String>, RuntimeException>read(StudyTable::unfinished);
    for (String study : names) {
      resumeOne(study);
    }
  }

  private void resumeOne(String study) {
    StudyLog log = new StudyLog(means.database(), means.clock(), study);
    try {
      Submission submission = submission(study).orElseThrow();
      if (log.summary().state() != StudyState.PAUSED) {
        log.say("the coordinator has started again; the study goes on where it was");
      }
      start(submission);
    } catch (StoreException e) {
      LOG.error("study {} cannot be read", study, e);
      log.enter(StudyState.FAILED, "it cannot be read again: " + e.getMessage(), sql -> {});
    }
  }

  private synchronized void start(Submission submission) {
    StudyRunner runner = new StudyRunner(submission, means);
    running.put(submission.study(), runner);
    runner.start();
  }

  /// Keeps and starts a study, or finds the one that this request has made before. The arguments
  /// have been checked against each other, the content is kept, and the caller holds a
  /// [StudyContent.Naming]; what is wrong with the request as a whole is an
  /// `IllegalArgumentException`.
  ///
  /// @param request what the submitter's client drew for this submission: the same again gives the
  ///   same study, so that one whose answer was lost may be sent again
  public synchronized String submit(
      Caller submitter,
      StudyPlan plan,
      Digest model,
      ParameterManifest parameters,
      Digest initialVector,
      Optional<byte[]> request) {
    if (closed) {
      throw new IllegalStateException("the coordinator is stopping");
    }
    Submission submission =
        new Submission(
            studyName(plan.name()), submitter.name(), plan, model, parameters, initialVector);
    String study =
        means
            .database()
            .<String, RuntimeException>inTransaction(
                sql -> {
                  Optional<String> before =
                      request.flatMap(id -> StudyTable.byRequest(sql, submitter.name(), id));
                  if (before.isPresent()) {
                    requireSame(submission, StudyTable.submission(sql, before.get()).orElseThrow());
                    return before.get();
                  }
                  int unfinished = StudyTable.unfinishedOf(sql, submitter.name());
                  if (unfinished >= MAX_UNFINISHED_PER_RESEARCHER) {
                    throw new IllegalArgumentException(
                        "'%s' has %d unfinished studies; wait for one to end, or cancel one"
                            .formatted(submitter.name(), unfinished));
                  }
                  StudyTable.insert(sql, submission, request, means.clock().instant());
                  EventTable.insert(
                      sql,
                      submission.study(),
                      0,
                      StudyState.WAITING,
                      "submitted by '%s'".formatted(submitter.name()),
                      0,
                      OptionalLong.empty(),
                      false,
                      means.clock().instant());
                  return submission.study();
                });
    if (study.equals(submission.study())) {
      start(submission);
    }
    return study;
  }

  private static void requireSame(Submission now, Submission before) {
    if (!now.plan().digest().equals(before.plan().digest())
        || !now.model().equals(before.model())
        || !now.initialVector().equals(before.initialVector())) {
      throw new IllegalArgumentException(
          "this request was used for study '%s', which is another".formatted(before.study()));
    }
  }

  /// The newest studies that this caller may see, oldest first.
  public List<StudySummary> list(Caller caller) {
    return means
        .database()
        .<List<StudySummary>, RuntimeException>read(sql -> StudyTable.summaries(sql, MAX_LISTED))
        .stream()
        .filter(study -> StudyAccess.maySee(caller, study.submitter()))
        .map(this::now)
        .toList();
  }

  /// A study that this caller may see.
  public Optional<StudySummary> summary(Caller caller, String study) {
    return means
        .database()
        .<Optional<StudySummary>, RuntimeException>read(sql -> StudyTable.summary(sql, study))
        .filter(found -> StudyAccess.maySee(caller, found.submitter()))
        .map(this::now);
  }

  /// With what a running study says where the database cannot be written.
  private StudySummary now(StudySummary kept) {
    return find(kept.study())
        .map(
            runner -> {
              StudyLog.Summary now = runner.log().summary();
              return new StudySummary(
                  kept.study(),
                  kept.title(),
                  kept.submitter(),
                  now.state(),
                  now.reason(),
                  kept.roundsDone(),
                  kept.roundsPlanned(),
                  kept.created(),
                  kept.updated());
            })
        .orElse(kept);
  }

  public Optional<StudyDetail> detail(Caller caller, String study) {
    return summary(caller, study).flatMap(_ -> reader.detail(study, find(study)));
  }

  /// A page of a study's curve: its completed rounds after that attempt.
  public List<CurvePoint> curve(String study, long afterAttempt) {
    return reader.curve(study, afterAttempt);
  }

  /// The log of a study that this caller may see.
  public Optional<StudyLog> log(Caller caller, String study) {
    return summary(caller, study)
        .map(
            _ ->
                find(study)
                    .map(StudyRunner::log)
                    .orElseGet(() -> new StudyLog(means.database(), means.clock(), study)));
  }

  /// Has a study stand still after the round under way; again changes nothing. An
  /// `IllegalArgumentException` says why it cannot.
  public void pause(Caller caller, String study) {
    StudyRunner runner = controlled(caller, study, "paused");
    synchronized (runner.log()) {
      StudyLog.Summary now = runner.log().summary();
      if (now.state() == StudyState.CANDIDATE) {
        throw new IllegalArgumentException(
            "study '%s' is trained and waits for the airlock: there is nothing to pause"
                .formatted(study));
      }
      if (now.pause() != Pause.ASKED) {
        changing(study, () -> runner.log().pause("'%s' pauses the study".formatted(caller.name())));
      }
    }
  }

  /// Has it go on; of a study that does, nothing changes.
  ///
  /// @param withoutMissing also over other sites than those that may have answered
  public void resume(Caller caller, String study, boolean withoutMissing) {
    StudyRunner runner = controlled(caller, study, "resumed");
    synchronized (runner.log()) {
      StudyLog.Summary now = runner.log().summary();
      String why = "'%s' resumes the study".formatted(caller.name());
      if (now.state() == StudyState.PAUSED) {
        changing(study, () -> runner.resume(why, withoutMissing));
      } else if (now.pause() != Pause.NONE) {
        changing(study, () -> runner.log().enter(now.state(), why, StudyLog.Also.NOTHING));
      }
    }
    wake(); // it may be a candidate again; not under the log's lock, which comes after ours
  }

  /// Ends it at once; one that was cancelled already stays so.
  public void cancel(Caller caller, String study) {
    if (summary(caller, study).filter(s -> s.state() == StudyState.CANCELLED).isEmpty()) {
      StudyRunner runner = controlled(caller, study, "cancelled");
      changing(study, () -> runner.cancel("cancelled by '%s'".formatted(caller.name())));
    }
  }

  private static void changing(String study, Runnable change) {
    try {
      change.run();
    } catch (StudyOverException e) {
      throw new IllegalArgumentException("study '%s' has just ended".formatted(study), e);
    }
  }

  private StudyRunner controlled(Caller caller, String study, String what) {
    StudySummary found =
        summary(caller, study)
            .filter(s -> StudyAccess.mayControl(caller, s.submitter()))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'%s' has submitted no such study".formatted(caller.name())));
    return find(study)
        .filter(_ -> !found.state().isFinal())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "study '%s' is %s; it cannot be %s"
                        .formatted(study, found.state().label(), what)));
  }

  /// Where content is kept; what of it may be read by whom is said below.
  public StudyContent content() {
    return means.content();
  }

  /// Whether a study that is not over has named this content to this site.
  public boolean maySiteRead(String study, String site, Digest digest) {
    return find(study)
        .filter(runner -> runner.submission().plan().sites().contains(site))
        .filter(runner -> runner.hasShown(digest))
        .isPresent();
  }

  /// Whether this is content of a candidate: its model file, its initial or its final vector.
  public boolean mayAirlockRead(String study, Digest digest) {
    return means
        .database()
        .<Boolean, RuntimeException>read(
            sql -> ContentTable.ofCandidate(sql, study).contains(digest.hex()));
  }

  /// A candidate whose study is not in `known` and still stands by to be audited; waits for one for
  /// so long. One whose study is over can only be refused, again and again, in front of the others.
  public synchronized Optional<Candidate> nextCandidate(Collection<String> known, Duration wait)
      throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      for (StudyRunner runner : running.values()) {
        if (!known.contains(runner.submission().study())
            && runner.log().summary().state() == StudyState.CANDIDATE) {
          return Optional.of(candidate(runner.submission()));
        }
      }
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
  }

  private Candidate candidate(Submission submission) {
    String study = submission.study();
    return means
        .database()
        .<Candidate, RuntimeException>read(
            sql ->
                new Candidate(
                    submission,
                    StudyTable.headway(sql, study).head(),
                    RoundTable.records(sql, study),
                    SiteTables.commitments(sql, study)));
  }

  /// A study that is not over, for its audit.
  public synchronized Optional<StudyRunner> find(String study) {
    return Optional.ofNullable(running.get(study));
  }

  private Optional<Submission> submission(String study) {
    return means.database().read(sql -> StudyTable.submission(sql, study));
  }

  /// Starts no further round and takes no further study, waits for rounds under way, at most so
  /// long, and stops. Nothing is ended: every study goes on with the next process.
  public void close(Duration patience) {
    List<StudyRunner> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(running.values());
    }
    all.forEach(StudyRunner::drain);
    long deadline = System.nanoTime() + patience.toNanos();
    for (StudyRunner runner : all) {
      try {
        runner.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  private synchronized void ended(String study) {
    running.remove(study);
  }

  /// The plan's name, shortened where it must be, and eight random digits. A study's name becomes
  /// its candidate's, which has at most 63 characters.
  static String studyName(String plan) {
    byte[] suffix = new byte[4];
    RANDOM.nextBytes(suffix);
    String stem = plan.substring(0, Math.min(plan.length(), MAX_NAME - 1 - 2 * suffix.length));
    return stem + "-" + HexFormat.of().formatHex(suffix);
  }
}

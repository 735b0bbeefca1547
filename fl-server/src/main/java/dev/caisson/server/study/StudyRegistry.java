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
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All studies of this coordinator: those that are not over run here, the others are in the
/// database. Thread-safe. Whoever asks for content says in which study, and gets only what that
/// study has shown to its sites.
public final class StudyRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(StudyRegistry.class);
  private static final int MAX_LISTED = 1000;

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

  /// Puts down the state that a study's first round starts from; the caller holds a
  /// [StudyContent.Naming] until the study is kept.
  public Digest firstState(StudyPlan plan, ParameterManifest parameters, Digest initialVector)
      throws IOException {
    return StateFiles.of(plan, parameters, means.content().blobs()).first(initialVector);
  }

  /// Keeps and starts a study, or finds the one that this request has made before. The arguments
  /// have been checked against each other, the content is kept, and the caller holds a
  /// [StudyContent.Naming]; what is wrong with the request as a whole is an
  /// `IllegalArgumentException`.
  ///
  /// @param request what the submitter's client drew for this submission: the same again gives the
  ///   same study, so that one whose answer was lost may be sent again
  /// @param firstState what [#firstState] gave
  public synchronized String submit(
      Caller submitter,
      StudyPlan plan,
      Digest model,
      ParameterManifest parameters,
      Digest initialVector,
      Digest firstState,
      byte[] signature,
      Optional<byte[]> request) {
    if (closed) {
      throw new IllegalStateException("the coordinator is stopping");
    }
    Submission submission =
        new Submission(
            Submissions.name(plan.name()),
            submitter.name(),
            plan,
            model,
            parameters,
            initialVector,
            signature);
    String study =
        Submissions.keep(means.database(), submission, firstState, request, means.clock());
    if (study.equals(submission.study())) {
      start(submission);
    }
    return study;
  }

  /// Refuses, with an `IllegalArgumentException`, a submission that would be one study too many, so
  /// that its content need not be sent. [#submit] asks again.
  public void requireFew(Caller submitter, Optional<byte[]> request) {
    means
        .database()
        .<Optional<String>, RuntimeException>read(
            sql -> {
              Optional<String> before =
                  request.flatMap(id -> StudyTable.byRequest(sql, submitter.name(), id));
              if (before.isEmpty()) {
                Submissions.requireFew(sql, submitter.name());
              }
              return before;
            });
  }

  /// The newest studies that this caller may see, oldest first.
  public List<StudySummary> list(Caller caller) {
    return means
        .database()
        .<List<StudySummary>, RuntimeException>read(
            sql -> StudyTable.summaries(sql, StudyAccess.ownOnly(caller), MAX_LISTED))
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

  /// Pauses, resumes and cancels.
  public Steering steering() {
    return new Steering(this);
  }

  /// How many studies are in this state, of those that are not over.
  public synchronized long running(StudyState state) {
    return running.values().stream().filter(r -> r.log().summary().state() == state).count();
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
                    StudyTable.finalVector(sql, study).orElseThrow(),
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

  synchronized void wake() {
    notifyAll();
  }

  private synchronized void ended(String study) {
    running.remove(study);
  }
}

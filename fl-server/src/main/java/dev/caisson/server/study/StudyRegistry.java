package dev.caisson.server.study;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.trust.Digest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All studies of this coordinator. Thread-safe. Whoever asks for content says in which study, and
/// gets only what that study has shown to its sites.
public final class StudyRegistry {
  private static final int MAX_UNFINISHED_PER_RESEARCHER = 8;
  private static final int MAX_NAME = 63;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final BlobStore blobs;
  private final SiteDirectory sites;
  private final RoundDriver rounds;
  private final Duration patience;
  private final Map<String, StudyRunner> studies = new LinkedHashMap<>();

  /// @param patience how long a study waits for sites that are away before it fails
  public StudyRegistry(
      BlobStore blobs, SiteDirectory sites, RoundDriver rounds, Duration patience) {
    this.blobs = blobs;
    this.sites = sites;
    this.rounds = rounds;
    this.patience = patience;
  }

  /// Keeps and starts a study. The arguments have been checked against each other; what is wrong
  /// with the request as a whole is an `IllegalArgumentException`.
  public Submission submit(
      String submitter,
      StudyPlan plan,
      Digest model,
      ParameterManifest parameters,
      Digest initialVector) {
    synchronized (this) {
      long unfinished =
          studies.values().stream()
              .filter(s -> s.submission().submitter().equals(submitter))
              .filter(s -> !s.log().summary().state().isFinal())
              .count();
      if (unfinished >= MAX_UNFINISHED_PER_RESEARCHER) {
        throw new IllegalArgumentException(
            "'%s' has %d unfinished studies; wait for one to end".formatted(submitter, unfinished));
      }
      String study = studyName(plan.name());
      Submission submission =
          new Submission(study, submitter, plan, model, parameters, initialVector);
      StudyRunner runner = new StudyRunner(submission, blobs, sites, rounds, patience, this::wake);
      studies.put(study, runner);
      Thread.ofVirtual().name("study-" + study).start(runner);
      return submission;
    }
  }

  /// The studies that this caller may see.
  public synchronized List<Submission> submissionsFor(Caller caller) {
    return studies.values().stream()
        .map(StudyRunner::submission)
        .filter(submission -> maySee(caller, submission))
        .toList();
  }

  /// Researchers see what they submitted; auditors and admins see everything.
  private static boolean maySee(Caller caller, Submission submission) {
    return switch (caller.role()) {
      case AUDITOR, ADMIN -> true;
      case RESEARCHER -> submission.submitter().equals(caller.name());
      case COORDINATOR, SITE, AIRLOCK, REVIEWER, CUSTODIAN -> false;
    };
  }

  /// The log of a study that this caller may see.
  public Optional<StudyLog> logFor(Caller caller, String study) {
    return find(study).filter(runner -> maySee(caller, runner.submission())).map(StudyRunner::log);
  }

  /// Where a study stands; the study must exist.
  public StudyLog.Summary summary(String study) {
    return find(study).orElseThrow().log().summary();
  }

  /// Where content is kept; what of it may be read by whom is said below.
  public BlobStore blobs() {
    return blobs;
  }

  /// Whether a study has named this content to this site.
  public boolean maySiteRead(String study, String site, Digest digest) {
    Optional<StudyRunner> runner = find(study);
    return runner.isPresent()
        && runner.get().submission().plan().sites().contains(site)
        && runner.get().hasShown(digest);
  }

  /// Whether this is content of a candidate: its model file, its initial or its final vector.
  public boolean mayAirlockRead(String study, Digest digest) {
    return find(study)
        .flatMap(StudyRunner::candidate)
        .map(
            candidate ->
                digest.equals(candidate.submission().model())
                    || digest.equals(candidate.submission().initialVector())
                    || digest.equals(candidate.finalVector()))
        .orElse(false);
  }

  /// A candidate whose study is not in `known` and still stands by to be audited; waits for one for
  /// so long. One whose study is over can only be refused, again and again, in front of the others.
  public synchronized Optional<Candidate> nextCandidate(Collection<String> known, Duration wait)
      throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      for (StudyRunner runner : studies.values()) {
        if (!known.contains(runner.submission().study())
            && runner.candidate().isPresent()
            && !runner.log().summary().state().isFinal()) {
          return runner.candidate();
        }
      }
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
  }

  /// The study that a candidate belongs to, for its audit.
  public Optional<StudyRunner> find(String study) {
    synchronized (this) {
      return Optional.ofNullable(studies.get(study));
    }
  }

  /// Ends all studies; their sites are told.
  public void close() {
    List<StudyRunner> all;
    synchronized (this) {
      all = new ArrayList<>(studies.values());
    }
    all.forEach(StudyRunner::stop);
  }

  private synchronized void wake() {
    notifyAll();
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

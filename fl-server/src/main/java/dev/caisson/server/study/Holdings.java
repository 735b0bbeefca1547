package dev.caisson.server.study;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.study.StudyState;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.message.Succession;
import dev.caisson.server.round.RoundOutcome;
import dev.caisson.server.round.Shelf;
import dev.caisson.server.store.StoreException;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one study holds: its headway, and the content that its sites may fetch. Each step puts its
/// content on disk, then records itself in one transaction, then removes content that it has made
/// superfluous; whatever is cut off is begun again by the next step. Belongs to the study's thread,
/// but for [#hasShown].
final class Holdings {
  private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

  private final Submission submission;
  private final String study;
  private final StudyMeans means;
  private final StudyLog log;
  private final StateFiles states;
  private final Set<Digest> shown = ConcurrentHashMap.newKeySet();

  Holdings(Submission submission, StudyMeans means, StudyLog log) {
    this.submission = submission;
    this.study = submission.study();
    this.means = means;
    this.log = log;
    this.states = StateFiles.of(submission, means.content().blobs());
    shown.add(submission.model());
    shown.addAll(headway().content());
    shown.addAll(ofChecks());
  }

  /// Whether the sites of this study may read this.
  boolean hasShown(Digest digest) {
    return shown.contains(digest);
  }

  Headway headway() {
    return means.database().<Headway, RuntimeException>read(sql -> StudyTable.headway(sql, study));
  }

  /// The sum that sites may have answered for, if there is one.
  Optional<Pinned> pinned() {
    return means
        .database()
        .<Optional<Pinned>, RuntimeException>read(sql -> AttemptTable.pinned(sql, study));
  }

  /// Whether there is something to lose: a round, or a sum that sites may have answered for.
  boolean hasSomething() {
    return headway().roundsDone() > 0 || pinned().isPresent();
  }

  /// Whether the final state has been evaluated.
  boolean isTrained() {
    return means
        .database()
        .<Boolean, RuntimeException>read(sql -> RoundTable.isEvaluated(sql, study));
  }

  /// Present where it has been a candidate.
  private Optional<Digest> finalVector() {
    return means
        .database()
        .<Optional<Digest>, RuntimeException>read(sql -> StudyTable.finalVector(sql, study));
  }

  /// Where a study goes on that stood still.
  StudyState whereItStood() {
    return finalVector().isPresent() ? StudyState.CANDIDATE : StudyState.WAITING;
  }

  private List<Digest> ofChecks() {
    return means
        .database()
        .<List<Digest>, RuntimeException>read(sql -> ContentTable.ofChecks(sql, study));
  }

  /// Keeps the state that a training round gives; an `ArithmeticException` where it gives none
  /// leaves everything as it was.
  void trained(Headway begun, RoundOutcome.Completed done, String text) throws IOException {
    try (done) { // its sum may lie in a file
      moveOn(begun, done, text);
    }
  }

  private void moveOn(Headway begun, RoundOutcome.Completed done, String text) throws IOException {
    Aggregate sum = done.sum().aggregate();
    int round = begun.roundsDone() + 1;
    SortedMap<String, Long> counted =
        means
            .database()
            .<SortedMap<String, Long>, RuntimeException>read(sql -> SiteTables.counted(sql, study));
    sum.survivors().forEach(site -> counted.put(site, (long) round));
    Set<Digest> gone = new HashSet<>(begun.content());
    try (StudyContent.Naming _ = means.content().naming()) {
      Digest next = states.next(begun.head(), sum);
      Headway to = begun.trained(next, new Succession(sum.manifest(), states.keep(sum), counted));
      shown.addAll(to.content());
      gone.addAll(
          record(
              Completions.of(done, Purpose.TRAIN, begun.attempts(), round, next, means.clock()),
              text,
              to,
              sql -> SiteTables.count(sql, study, sum.survivors(), round)));
      gone.removeAll(to.content());
    }
    release(gone);
  }

  void evaluated(Headway begun, RoundOutcome.Completed done, String text) throws IOException {
    release(
        record(
            Completions.of(
                done,
                Purpose.EVALUATE,
                begun.attempts(),
                begun.roundsDone() + 1,
                begun.head(),
                means.clock()),
            text,
            begun,
            StudyLog.Also.NOTHING));
  }

  /// The study is trained: what of its last state is the model's goes to the airlock.
  void becomeCandidate(String why) throws IOException {
    try (StudyContent.Naming _ = means.content().naming()) {
      Digest vector = states.weights(headway().head());
      log.enter(StudyState.CANDIDATE, why, sql -> StudyTable.keepFinalVector(sql, study, vector));
    }
  }

  /// Puts a completed round down with the headway that it made; gives the content that its end
  /// makes superfluous.
  private Collection<Digest> record(
      RoundTable.Done done, String text, Headway to, StudyLog.Also also) {
    Set<Digest> gone = new HashSet<>();
    log.round(
        done,
        text,
        sql -> {
          StudyTable.moveOn(sql, study, to, means.clock().instant());
          AttemptTable.done(sql, study);
          also.in(sql);
          gone.addAll(ContentTable.endChecks(sql, study, done.attempt()));
        });
    return gone;
  }

  /// The study is finished: of its states only the first and the last are kept. Content that cannot
  /// be removed is left to the next start.
  ///
  /// @param kept is told as soon as the end is on disk
  void finish(Headway begun, String why, Runnable kept) {
    Set<Digest> gone = new HashSet<>(begun.content());
    gone.addAll(ofChecks());
    Headway last =
        new Headway(begun.head(), Optional.empty(), begun.roundsDone(), begun.attempts());
    log.enter(
        StudyState.FINISHED,
        why,
        sql -> {
          StudyTable.moveOn(sql, study, last, means.clock().instant());
          AttemptTable.done(sql, study);
        });
    kept.run();
    try {
      release(gone);
    } catch (IOException | StoreException e) {
      LOG.warn("study {}: content that it needs no longer stays until the next start", study, e);
    }
  }

  /// Where content for the check of this attempt's sum is put.
  Shelf shelf(long attempt) {
    return (digest, pieces, piece) -> {
      try (StudyContent.Naming _ = means.content().naming();
          BlobStore.Incoming incoming = means.content().blobs().incoming(Long.MAX_VALUE)) {
        for (int i = 0; i < pieces; i++) {
          incoming.write(piece.apply(i));
        }
        if (!incoming.keep().equals(digest)) {
          throw new IllegalStateException("content of our own has the digest that we gave it");
        }
        log.change(sql -> ContentTable.forCheck(sql, study, attempt, digest));
      }
      shown.add(digest);
    };
  }

  /// The study is over and needs nothing.
  void releaseAll() throws IOException {
    Set<Digest> all = new HashSet<>(shown);
    all.add(submission.initialVector());
    finalVector().ifPresent(all::add);
    release(all);
  }

  private void release(Collection<Digest> gone) throws IOException {
    shown.removeAll(gone);
    means.content().release(gone);
  }
}

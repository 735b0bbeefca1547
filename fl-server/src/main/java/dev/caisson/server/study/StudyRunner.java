package dev.caisson.server.study;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.strategy.FederatedAveraging;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.study.StudyState;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.Succession;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.round.RoundOutcome;
import dev.caisson.server.round.RoundRequest;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.server.site.SiteLink;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of one study, on one thread: wait for its sites, train round by round, measure the
/// final state, then stand by while the airlock has it audited. A round that ends without a sum is
/// tried again with the sites that are there; a site that is away is waited for as long as the
/// coordinator's patience lasts.
public final class StudyRunner implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(StudyRunner.class);
  private static final int MAX_ATTEMPTS = 5;
  private static final Duration WORTH_SAYING = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofMillis(200);

  private final Submission submission;
  private final BlobStore blobs;
  private final SiteDirectory sites;
  private final RoundDriver driver;
  private final Duration patience;
  private final Runnable onCandidate;

  private final StudyLog log = new StudyLog();
  private final Mailbox mailbox = new Mailbox();
  private final Participants participants;
  private final Set<Digest> shown = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<AuditRequest> audits = new LinkedBlockingQueue<>(4);
  private final List<Candidate.RoundRecord> records = new ArrayList<>();
  private Optional<Succession> succession = Optional.empty();
  private volatile @Nullable Candidate candidate;
  private volatile boolean stopping;
  private long attempts;

  StudyRunner(
      Submission submission,
      BlobStore blobs,
      SiteDirectory sites,
      RoundDriver driver,
      Duration patience,
      Runnable onCandidate) {
    this.submission = submission;
    this.blobs = blobs;
    this.sites = sites;
    this.driver = driver;
    this.patience = patience;
    this.onCandidate = onCandidate;
    this.participants = new Participants(submission, log);
  }

  private record AuditRequest(VectorSpec vector, CompletableFuture<SumResult> reply) {}

  /// Why a study cannot go on; complete for its researcher.
  private static final class StudyFailedException extends Exception {
    StudyFailedException(String message) {
      super(message);
    }
  }

  public Submission submission() {
    return submission;
  }

  public StudyLog log() {
    return log;
  }

  /// Present once the study is trained.
  public Optional<Candidate> candidate() {
    return Optional.ofNullable(candidate);
  }

  boolean hasShown(Digest digest) {
    return shown.contains(digest);
  }

  void stop() {
    stopping = true;
  }

  /// Has the sites run the audit on the candidate and sums what they find. Fails with an
  /// `IllegalStateException` that says why, also when the study is not a candidate.
  public CompletableFuture<SumResult> audit(VectorSpec vector) {
    AuditRequest request = new AuditRequest(vector, new CompletableFuture<>());
    if (candidate == null || log.summary().state().isFinal() || !audits.offer(request)) {
      request.reply.completeExceptionally(
          new IllegalStateException(
              "study '%s' is %s: there is nothing to audit"
                  .formatted(submission.study(), log.summary().state().label())));
    }
    return request.reply;
  }

  @Override
  public void run() {
    String reason = "the coordinator has stopped";
    shown.add(submission.model());
    sites.subscribe(submission.study(), mailbox);
    try {
      log.say("submitted by '%s'".formatted(submission.submitter()));
      await();
      log.enter(
          StudyState.TRAINING,
          "%d sites take part: %s"
              .formatted(
                  participants.ready().size(), String.join(", ", participants.ready().keySet())));
      Digest state = submission.initialVector();
      for (int round = 1; round <= submission.plan().rounds(); round++) {
        state = train(round, state);
      }
      evaluate(state);
      candidate = new Candidate(submission, state, records, participants.commitments());
      log.enter(StudyState.CANDIDATE, "trained; the checkpoint waits for the airlock");
      onCandidate.run();
      serveAudits(state);
      reason = "the study is finished";
      log.enter(StudyState.FINISHED, "audited; the rest is between the airlock and its reviewers");
    } catch (StudyFailedException e) {
      reason = String.valueOf(e.getMessage());
      log.enter(StudyState.FAILED, reason);
    } catch (IOException e) {
      LOG.error("study {} cannot keep its state", submission.study(), e);
      reason = "the coordinator cannot keep the study's state: " + e.getMessage();
      log.enter(StudyState.FAILED, reason);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!log.summary().state().isFinal()) { // our own bug, which the thread's end will report
        log.enter(StudyState.FAILED, "the coordinator failed; its log says how");
      }
      participants.dismiss(reason);
      sites.unsubscribe(submission.study());
      mailbox.close();
      for (AuditRequest waiting : audits) {
        waiting.reply.completeExceptionally(new IllegalStateException(reason));
      }
    }
  }

  private Digest train(int round, Digest state)
      throws StudyFailedException, IOException, InterruptedException {
    float[] values = ParameterManifest.vector(blobs.get(state));
    RoundOutcome.Completed done =
        complete(
            Purpose.TRAIN,
            state,
            RoundVectors.training(submission.plan(), submission.parameters().length()),
            RoundVectors.weights(submission.plan()),
            "round " + round);
    try (done) { // its sum may lie in a file
      Aggregate sum = done.sum().aggregate();
      Digest next;
      try {
        next = blobs.put(ParameterManifest.bytes(FederatedAveraging.step(values, sum)));
      } catch (ArithmeticException e) {
        throw new StudyFailedException("round %d: %s".formatted(round, e.getMessage()));
      }
      Digest content = blobs.put(sum.content());
      shown.add(content);
      succession = Optional.of(new Succession(sum.manifest(), content));
      record(done, next);
      log.round(
          round, "round %d of %d".formatted(round, submission.plan().rounds()), figures(done));
      return next;
    }
  }

  private void evaluate(Digest state)
      throws StudyFailedException, IOException, InterruptedException {
    RoundOutcome.Completed done =
        complete(
            Purpose.EVALUATE,
            state,
            RoundVectors.evaluation(submission.plan()),
            new Weights.Equal(),
            "the final evaluation");
    record(done, state);
    log.finalState(submission.plan().rounds() + 1, "final state", figures(done));
  }

  private void serveAudits(Digest state)
      throws StudyFailedException, IOException, InterruptedException {
    while (true) {
      checkStopping();
      mailbox.take(TICK).ifPresent(participants::handle);
      AuditRequest request = audits.poll();
      if (request == null) {
        continue;
      }
      RoundOutcome outcome = null;
      try {
        RoundOutcome.Completed done =
            complete(
                Purpose.AUDIT, state, request.vector, new Weights.Equal(), "the airlock's audit");
        outcome = done;
        log.say("audited by %d sites".formatted(done.sum().survivors().size()));
        request.reply.complete(done.sum());
        return;
      } finally {
        if (outcome == null) {
          request.reply.completeExceptionally(
              new IllegalStateException("the audit ended without a result"));
        }
      }
    }
  }

  /// Tries until there is a sum; gives up after some attempts or when sites stay away too long.
  private RoundOutcome.Completed complete(
      Purpose purpose, Digest state, VectorSpec vector, Weights weights, String what)
      throws StudyFailedException, IOException, InterruptedException {
    shown.add(state);
    StudyPlan plan = submission.plan();
    String last = "";
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      await();
      attempts++;
      SortedMap<String, SiteLink> cohort = participants.ready();
      RoundOutcome outcome =
          driver.run(
              new RoundRequest(
                  submission.study(),
                  attempts,
                  number(purpose, records.size()),
                  purpose,
                  state,
                  succession,
                  RoundVectors.config(plan, purpose),
                  plan.aggregation().threshold(),
                  vector,
                  weights,
                  plan.aggregation().signatures(),
                  Duration.ofMillis(plan.aggregation().uploadAfterMillis()),
                  Duration.ofSeconds(plan.aggregation().secondsPerRound())),
              cohort,
              mailbox,
              participants::handle,
              this::shelve);
      outcome.culprits().forEach(site -> participants.exclude(site, outcome.faults()));
      switch (outcome) {
        case RoundOutcome.Completed done -> {
          return done;
        }
        case RoundOutcome.Ended(String reason, _) -> {
          last = reason;
          log.trouble(
              "%s ended without a result: %s (attempt %d of %d; nothing was opened)"
                  .formatted(what, reason, attempt, MAX_ATTEMPTS));
        }
      }
    }
    throw new StudyFailedException(
        "%s ended without a result %d times; the last time: %s"
            .formatted(what, MAX_ATTEMPTS, last));
  }

  private void shelve(Digest digest, int pieces, IntFunction<byte[]> piece) throws IOException {
    try (BlobStore.Incoming incoming = blobs.incoming(Long.MAX_VALUE)) {
      for (int i = 0; i < pieces; i++) {
        incoming.write(piece.apply(i));
      }
      Digest kept = incoming.keep();
      if (!kept.equals(digest)) {
        throw new IllegalStateException("content of our own has the digest that we gave it");
      }
    }
    shown.add(digest);
  }

  /// States are numbered by the training rounds before them.
  private static long number(Purpose purpose, int before) {
    return switch (purpose) {
      case TRAIN, EVALUATE -> before + 1L;
      case AUDIT -> before;
    };
  }

  /// Until enough sites are ready: all that have not refused, or after a while just enough.
  private void await() throws StudyFailedException, InterruptedException {
    int needed = submission.plan().aggregation().threshold();
    long start = System.nanoTime();
    boolean said = false;
    while (!participants.complete()) {
      checkStopping();
      mailbox.take(TICK).ifPresent(participants::handle);
      if (participants.hopeless()) {
        break;
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      boolean enough = participants.ready().size() >= needed;
      if (enough && waited.compareTo(patience.dividedBy(4)) > 0) {
        log.trouble("going on without the rest: " + participants.missing());
        return;
      }
      if (!said && waited.compareTo(WORTH_SAYING) > 0) {
        log.trouble("waiting for sites: " + participants.missing());
        said = true;
      }
      if (waited.compareTo(patience) > 0) {
        throw new StudyFailedException(
            "%d of the %d sites that the plan needs are there after %d s: %s"
                .formatted(
                    participants.ready().size(),
                    needed,
                    patience.toSeconds(),
                    participants.missing()));
      }
    }
    if (participants.ready().size() < needed) {
      throw new StudyFailedException(
          "the plan needs %d sites, %d take part: %s"
              .formatted(needed, participants.ready().size(), participants.missing()));
    }
  }

  private void checkStopping() throws StudyFailedException {
    if (stopping) {
      throw new StudyFailedException("the coordinator was stopped");
    }
  }

  private void record(RoundOutcome.Completed done, Digest state) {
    records.add(
        new Candidate.RoundRecord(
            done.round(),
            done.sum().aggregate().manifest().digest(),
            done.sum().d3(),
            state,
            done.sum().survivors()));
  }

  private static StudyLog.Figures figures(RoundOutcome.Completed done) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (String metric : List.of(RoundVectors.LOSS, RoundVectors.AUC)) {
      metrics.put(metric, done.sum().aggregate().mean(metric)[0]);
    }
    return new StudyLog.Figures(metrics, done.bytesOut(), done.took().toMillis());
  }
}

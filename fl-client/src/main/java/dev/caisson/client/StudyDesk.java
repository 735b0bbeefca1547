package dev.caisson.client;

import dev.caisson.client.grpc.CoordinatorLink;
import dev.caisson.client.round.SiteRoundRunner;
import dev.caisson.client.round.States;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.study.StudyAdmission;
import dev.caisson.client.study.StudyAdmission.Answer;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.client.training.TrainingPlace;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.EngineUnavailableException;
import dev.caisson.runtime.train.UnsupportedModelException;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One study at this site: a thread that judges the offer, then answers round after round. The wire
/// puts work in; at most [#CAPACITY] pieces of [#MOST_BYTES] together wait, and a coordinator that
/// sends more loses them.
final class StudyDesk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StudyDesk.class);
  private static final int CAPACITY = 32;
  private static final long MOST_BYTES = 16L << 20;
  private static final long MAX_MODEL_BYTES = 1L << 30;

  private final String study;
  private final SiteRoundRunner.Site site;
  private final StudyAdmission admission;
  private final TrainingPlace place;
  private final BlockingQueue<Work> work = new LinkedBlockingQueue<>(CAPACITY);
  private final AtomicLong waiting = new AtomicLong();
  private final Thread thread;
  private volatile @Nullable CoordinatorLink offeredBy;
  private volatile boolean refused;

  private @Nullable LocalStudy admitted;
  private @Nullable LocalTraining training;
  private @Nullable States states;
  private @Nullable SiteRoundRunner running;
  private String runningRound = "";
  private @Nullable CoordinatorLink link;

  /// Messages in transit, never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private sealed interface Work {
    record Offer(byte[] plan, Digest model, CoordinatorLink link) implements Work {}

    record Message(String round, byte[] payload) implements Work {}

    record RoundEnded(String round, boolean completed, String reason) implements Work {}

    record Stop() implements Work {}
  }

  StudyDesk(
      String study, SiteRoundRunner.Site site, StudyAdmission admission, TrainingPlace place) {
    this.study = study;
    this.site = site;
    this.admission = admission;
    this.place = place;
    this.thread = Thread.ofPlatform().daemon().name("study-" + study).start(this::serve);
  }

  void offered(byte[] plan, Digest model, CoordinatorLink from) {
    offeredBy = from;
    put(new Work.Offer(plan, model, from));
  }

  void message(String round, byte[] payload) {
    put(new Work.Message(round, payload));
  }

  void roundEnded(String round, boolean completed, String reason) {
    put(new Work.RoundEnded(round, completed, reason));
  }

  /// Whether nothing of this study goes on in this conversation.
  boolean isIdle(CoordinatorLink current) {
    return refused || offeredBy != current || !thread.isAlive();
  }

  private void put(Work piece) {
    if (waiting.get() + size(piece) > MOST_BYTES || !work.offer(piece)) {
      LOG.warn(
          "study '{}': the coordinator sends more than it should; a message is dropped", study);
    } else {
      waiting.addAndGet(size(piece));
    }
  }

  private static int size(Work piece) {
    return switch (piece) {
      case Work.Offer(byte[] plan, _, _) -> plan.length;
      case Work.Message(_, byte[] payload) -> payload.length;
      case Work.RoundEnded _, Work.Stop _ -> 0;
    };
  }

  private void serve() {
    try {
      while (true) {
        try {
          Work piece = work.take();
          waiting.addAndGet(-size(piece));
          switch (piece) {
            case Work.Offer(byte[] plan, Digest model, CoordinatorLink from) ->
                judge(plan, model, from);
            case Work.Message(String round, byte[] payload) -> step(round, payload);
            case Work.RoundEnded(String round, boolean completed, String reason) ->
                ended(round, completed, reason);
            case Work.Stop() -> {
              return;
            }
          }
        } catch (IOException e) {
          LOG.warn("study '{}': {}", study, e.getMessage());
          endRound();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      endRound();
      if (training != null) {
        training.close();
      }
    }
  }

  private void judge(byte[] plan, Digest model, CoordinatorLink from) throws IOException {
    endRound();
    link = from;
    if (admitted != null) {
      from.admit(study, admitted.commitment()); // the connection is new, the study is not
      return;
    }
    Answer answer =
        admission.judge(study, plan, model, digest -> from.fetch(study, digest, MAX_MODEL_BYTES));
    switch (answer) {
      case Answer.Admitted(LocalStudy local) -> admit(local, from);
      case Answer.Refused(String reason) -> refuse(reason, from);
    }
  }

  private void admit(LocalStudy local, CoordinatorLink from) throws IOException {
    try {
      LocalTraining opened = place.open(local, site.threads());
      if (opened.features() != admission.features() || opened.outputs() != 1) {
        String reason =
            "the model takes %d inputs and gives %d outputs; this dataset has %d features and one label"
                .formatted(opened.features(), opened.outputs(), admission.features());
        opened.close();
        refuse(reason, from);
        return;
      }
      training = opened;
      states = new States(local);
      admitted = local;
      site.ledger().note(study, "admitted", "plan " + local.plan().digest());
      LOG.info("study '{}' admitted: {} rounds", study, local.plan().rounds());
      from.admit(study, local.commitment());
    } catch (EngineUnavailableException e) {
      LOG.warn("study '{}': {}", study, e.getMessage());
      site.ledger().note(study, "no engine", String.valueOf(e.getMessage()));
      refuse("the plan's engine cannot compute at this site; its custodian's log says why", from);
    } catch (InvalidModelException | UnsupportedModelException e) {
      refuse("the model cannot be trained here: " + e.getMessage(), from);
    } catch (DeviceException e) {
      // Which hardware a custodian has is nobody's business outside.
      LOG.warn("study '{}': {}", study, e.getMessage());
      site.ledger().note(study, "no device", String.valueOf(e.getMessage()));
      refuse("this site has no device to train on; its custodian's log says why", from);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Else this thread ends, and the coordinator waits for an answer that never comes.
      LOG.error("study '{}': the engine failed", study, e);
      site.ledger().note(study, "failed", String.valueOf(e.getMessage()));
      refuse("the engine failed at this site; its custodian's log says why", from);
    }
  }

  private void refuse(String reason, CoordinatorLink from) throws IOException {
    refused = true;
    site.ledger().note(study, "refused", reason);
    LOG.info("study '{}' refused: {}", study, reason);
    from.refuse(study, reason);
  }

  private void step(String round, byte[] payload) throws IOException, InterruptedException {
    if (admitted == null || training == null || states == null || link == null) {
      return; // a coordinator that starts rounds before we agreed
    }
    if (running == null || !runningRound.equals(round)) {
      endRound();
      running = new SiteRoundRunner(site, admitted, training, states, round, link);
      runningRound = round;
    }
    switch (running.handle(payload)) {
      case GOING_ON -> {}
      case ANSWERED -> LOG.debug("{}: answered", round);
      case LEFT -> endRound();
    }
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
    if (running != null) {
      running.close();
      running = null;
    }
  }

  @Override
  public void close() {
    work.clear();
    put(new Work.Stop());
    thread.interrupt();
  }
}

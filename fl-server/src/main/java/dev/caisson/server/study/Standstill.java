package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.store.StoreException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A study that stands still, and still hears its sites. Belongs to the study's thread.
final class Standstill {
  private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);
  private static final Duration UNTIL_ROOM = Duration.ofSeconds(5);

  private final String study;
  private final StudyLog log;
  private final Mailbox mailbox;
  private final Participants participants;
  private final Gathering gathering;
  private final Holdings holdings;
  private final BooleanSupplier isOver;

  /// Whether something that a site said could not be kept.
  private boolean missedWords;

  Standstill(
      String study,
      StudyLog log,
      Mailbox mailbox,
      Participants participants,
      Gathering gathering,
      Holdings holdings,
      BooleanSupplier isOver) {
    this.study = study;
    this.log = log;
    this.mailbox = mailbox;
    this.participants = participants;
    this.gathering = gathering;
    this.holdings = holdings;
    this.isOver = isOver;
  }

  /// Listens for a moment; whether the sites are back that the study waits for.
  boolean isOver(Pause pause) throws InterruptedException {
    mailbox.take(Gathering.TICK).ifPresent(participants::handle);
    if (missedWords) {
      missedWords = false;
      participants.askAgain();
    }
    return pause == Pause.MISSING && gathering.isThere(holdings.pinned());
  }

  /// The disk or memory is full, something is damaged, or we are at fault: the study pauses. As
  /// long as even that cannot be kept it is tried again; nothing else is done meanwhile. Why is for
  /// the operator, in the log: it may name folders.
  void afterFailure(Throwable failure) throws InterruptedException {
    LOG.error("study {} cannot keep its state", study, failure);
    String why =
        "the coordinator cannot keep the study's state (its log says why); resume it when that is"
            + " mended";
    missedWords = true;
    boolean told = false;
    while (!isOver.getAsBoolean()) {
      try {
        if (told) {
          log.keepHeld();
        } else {
          log.enter(StudyState.PAUSED, why, Pause.TROUBLE, StudyLog.Also.NOTHING);
        }
        return;
      } catch (StudyOverException e) {
        return; // it was cancelled while the disk failed
      } catch (StoreException e) {
        LOG.warn("study {}: {}", study, e.getMessage());
        if (!told) {
          log.holdWithoutRecord(why);
          told = true;
        }
        listenWithoutRecord();
      }
    }
  }

  /// Our own fault, or no memory: what was trained is worth more than an early end. A study that
  /// has nothing to lose fails.
  void afterBug(Throwable failure) throws InterruptedException {
    boolean something = true;
    try {
      something = holdings.hasSomething();
    } catch (RuntimeException e) {
      failure.addSuppressed(e); // it cannot be told: nothing is deleted
    }
    if (something) {
      afterFailure(failure);
      return;
    }
    LOG.error("study {} fails", study, failure);
    try {
      log.enter(
          StudyState.FAILED, "the coordinator failed; its log says how", StudyLog.Also.NOTHING);
    } catch (StudyOverException e) {
      LOG.debug("study {} was ended meanwhile", study, e);
    } catch (StoreException e) {
      afterFailure(e);
    }
  }

  private void listenWithoutRecord() throws InterruptedException {
    long until = System.nanoTime() + UNTIL_ROOM.toNanos();
    while (!isOver.getAsBoolean() && System.nanoTime() < until) {
      try {
        mailbox.take(Gathering.TICK).ifPresent(participants::handle);
      } catch (StoreException e) {
        LOG.debug("study {}: a site will be asked again", study, e);
      }
    }
  }
}

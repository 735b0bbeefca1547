package dev.caisson.client;

import dev.caisson.protocol.study.SignedPlan;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The work that waits at a study's desk: at most [#CAPACITY] pieces of [#MOST_BYTES] together. A
/// coordinator that sends more loses it. Thread-safe.
final class Tray {
  private static final Logger LOG = LoggerFactory.getLogger(Tray.class);
  private static final int CAPACITY = 32;
  private static final long MOST_BYTES = 16L << 20;

  private final String study;
  private final BlockingQueue<Work> work = new LinkedBlockingQueue<>(CAPACITY);
  private final AtomicLong waiting = new AtomicLong();

  /// Messages in transit, never compared.
  @SuppressWarnings("ArrayRecordComponent")
  sealed interface Work {
    record Offer(SignedPlan plan) implements Work {}

    record Message(String round, byte[] payload) implements Work {}

    record RoundEnded(String round, boolean completed, String reason) implements Work {}

    record CoordinatorRestarted() implements Work {}

    record Stop() implements Work {}
  }

  Tray(String study) {
    this.study = study;
  }

  void put(Work piece) {
    if (waiting.get() + size(piece) > MOST_BYTES || !work.offer(piece)) {
      LOG.warn(
          "study '{}': the coordinator sends more than it should; a message is dropped", study);
    } else {
      waiting.addAndGet(size(piece));
    }
  }

  /// The next piece, waited for.
  Work take() throws InterruptedException {
    Work piece = work.take();
    waiting.addAndGet(-size(piece));
    return piece;
  }

  void clear() {
    work.clear();
  }

  private static int size(Work piece) {
    return switch (piece) {
      case Work.Offer(SignedPlan plan) -> plan.text().length;
      case Work.Message(_, byte[] payload) -> payload.length;
      case Work.RoundEnded _, Work.CoordinatorRestarted _, Work.Stop _ -> 0;
    };
  }
}

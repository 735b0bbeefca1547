package dev.caisson.server.site;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Where a study's one thread hears of everything, in order. Bounded in events and in bytes: a site
/// that sends faster than the study reads is held back at its own stream.
public final class Mailbox {
  private static final int CAPACITY = 256;
  private static final int BYTES = 64 << 20;

  private final Semaphore room = new Semaphore(BYTES, true);
  private final BlockingQueue<SiteEvent> events = new ArrayBlockingQueue<>(CAPACITY);
  private volatile boolean closed;

  /// Waits for room; after [#close] events are dropped.
  public void put(SiteEvent event) {
    if (closed || !wasPut(event)) {
      drop(event);
    } else if (closed) {
      dropAll(); // it was closed meanwhile
    }
  }

  private boolean wasPut(SiteEvent event) {
    int bytes = bytes(event);
    try {
      while (!room.tryAcquire(bytes, 100, TimeUnit.MILLISECONDS)) {
        if (closed) {
          return false;
        }
      }
      while (!events.offer(event, 100, TimeUnit.MILLISECONDS)) {
        if (closed) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// The next event, or nothing within this time.
  public Optional<SiteEvent> take(Duration patience) throws InterruptedException {
    Optional<SiteEvent> next =
        Optional.ofNullable(events.poll(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS));
    next.ifPresent(event -> room.release(bytes(event)));
    return next;
  }

  /// What an event holds in memory that its sender chose.
  private static int bytes(SiteEvent event) {
    return switch (event) {
      case SiteEvent.Payload(String _, String _, byte[] payload) -> payload.length;
      case SiteEvent.Chunk(String _, String _, int _, byte[] chunk) -> chunk.length;
      case SiteEvent.Arrived _,
          SiteEvent.Checked _,
          SiteEvent.Gone _,
          SiteEvent.Admitted _,
          SiteEvent.Refused _,
          SiteEvent.Leaving _,
          SiteEvent.UploadAsked _,
          SiteEvent.LeftRound _ ->
          0;
    };
  }

  /// Who waits for an answer from the study is told that there is no round.
  public void close() {
    closed = true;
    dropAll();
  }

  private void dropAll() {
    for (SiteEvent event = events.poll(); event != null; event = events.poll()) {
      drop(event);
    }
  }

  private static void drop(SiteEvent event) {
    if (event instanceof SiteEvent.UploadAsked asked) {
      asked.chunks().complete(SiteEvent.UploadAsked.NO_ROUND);
    }
  }
}

package dev.caisson.server.site;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Where a study's one thread hears of everything, in order. Bounded in events and in bytes by
/// [Allowances]: who sends faster than the study reads is held back at its own stream, and nobody
/// else is. Of that follows for a study that does not read: other studies hear of arrivals and
/// departures at once, and a site that sends no more than a round asks for goes on in its other
/// studies.
public final class Mailbox {
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition room = lock.newCondition();
  private final Condition arrival = lock.newCondition();
  private final Queue<SiteEvent> events = new ArrayDeque<>();
  private final Allowances allowances = new Allowances();
  private boolean closed;

  /// Waits for room, except with news of connections; after [#close] events are dropped.
  public void put(SiteEvent event) {
    lock.lock();
    try {
      while (!closed && !allowances.allow(event)) {
        room.await();
      }
      if (!closed && !annihilates(event)) {
        allowances.in(event);
        events.add(event);
        arrival.signal();
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    drop(event);
  }

  /// Whether this says that a connection is gone of which the study never heard, and need not:
  /// where a site comes and goes while the study does not read.
  private boolean annihilates(SiteEvent event) {
    if (!(event instanceof SiteEvent.Gone(SiteLink link)) || !allowances.isRestless(link.site())) {
      return false;
    }
    SiteEvent.Arrived unheard = new SiteEvent.Arrived(link);
    if (!events.remove(unheard)) {
      return false;
    }
    allowances.out(unheard);
    SiteEvent.Leaving leaving = new SiteEvent.Leaving(link);
    if (events.remove(leaving)) {
      allowances.out(leaving);
    }
    return true;
  }

  /// The next event, or nothing within this time.
  public Optional<SiteEvent> take(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (events.isEmpty() && left > 0) {
        left = arrival.awaitNanos(left);
      }
      Optional<SiteEvent> next = Optional.ofNullable(events.poll());
      next.ifPresent(
          event -> {
            allowances.out(event);
            room.signalAll();
          });
      return next;
    } finally {
      lock.unlock();
    }
  }

  /// Who waits for an answer from the study is told that there is no round.
  public void close() {
    lock.lock();
    try {
      closed = true;
      room.signalAll();
      for (SiteEvent event = events.poll(); event != null; event = events.poll()) {
        allowances.out(event);
        drop(event);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void drop(SiteEvent event) {
    if (event instanceof SiteEvent.UploadAsked asked) {
      asked.chunks().complete(SiteEvent.UploadAsked.NO_ROUND);
    }
  }
}

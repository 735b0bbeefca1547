package dev.caisson.client.training;

import dev.caisson.runtime.device.Device;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Studies that compute on one device take turns, one round's work at a time, in the order of
/// asking. Thread-safe.
///
/// Not promised: that a turn is short. How long a study's site takes until it sends can depend on
/// another study that trains on the same device.
public final class DeviceTurns {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceTurns.class);

  private final Map<Device, Queue> queues = new HashMap<>();

  /// The one queue of a device.
  synchronized Queue of(Device device) {
    return queues.computeIfAbsent(device, Queue::new);
  }

  /// Who waits for a device.
  static final class Queue {
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Device device;

    private Queue(Device device) {
      this.device = device;
    }

    Turn take(String study) throws InterruptedException {
      if (!lock.tryLock(0, TimeUnit.SECONDS)) { // with a time, which keeps to the order
        long since = System.nanoTime();
        LOG.info(
            "study '{}' waits for its turn on {} ({} before it)",
            study,
            device,
            lock.getQueueLength() + 1);
        lock.lockInterruptibly();
        LOG.info(
            "study '{}' has its turn on {} after {} s",
            study,
            device,
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since));
      }
      return new Turn(lock);
    }
  }

  /// A turn, to be ended by the thread that took it.
  public static final class Turn implements AutoCloseable {
    private final ReentrantLock lock;

    private Turn(ReentrantLock lock) {
      this.lock = lock;
    }

    @Override
    public void close() {
      lock.unlock();
    }
  }
}

package dev.caisson.client.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DeviceTurnsTest {
  private final DeviceTurns turns = new DeviceTurns();

  /// Each asks only when the one before it waits; so the order of asking is known.
  @Test
  void studiesOnOneDeviceTakeTurnsInTheOrderOfAsking() throws Exception {
    DeviceTurns.Queue queue = turns.of(Device.cpu());
    List<String> order = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (DeviceTurns.Turn _ = queue.take("first")) {
      for (int i = 0; i < 5; i++) {
        String study = "study-" + i;
        Thread asking =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try (DeviceTurns.Turn _ = turns.of(Device.cpu()).take(study)) {
                        order.add(study);
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    });
        threads.add(asking);
        while (asking.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
      assertThat(order).as("nobody computes beside the first").isEmpty();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).containsExactly("study-0", "study-1", "study-2", "study-3", "study-4");
  }

  @Test
  void devicesDoNotWaitForEachOther() throws Exception {
    try (DeviceTurns.Turn _ = turns.of(Device.cpu()).take("a");
        DeviceTurns.Turn other = turns.of(new Device.Cuda(0)).take("b")) {
      assertThat(other).isNotNull();
    }
  }

  @Test
  void whoWaitsCanBeStopped() throws Exception {
    DeviceTurns.Queue queue = turns.of(Device.cpu());
    List<Throwable> caught = new CopyOnWriteArrayList<>();
    try (DeviceTurns.Turn _ = queue.take("a")) {
      Thread waiting =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (DeviceTurns.Turn _ = queue.take("b")) {
                      caught.add(new AssertionError("it is not its turn"));
                    } catch (InterruptedException e) {
                      caught.add(e);
                    }
                  });
      while (waiting.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      waiting.interrupt();
      waiting.join();
    }
    assertThat(caught).singleElement().isInstanceOf(InterruptedException.class);
  }
}

package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ThreadsTest {
  @Test
  void refusesNoThreads() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Threads(0))
        .withMessage("threads must be 1..1024, got 0");
  }

  @Test
  void everyTaskIsRunOnceAndAWorkerStaysOnItsThread() {
    List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    List<Set<Thread>> threads = new ArrayList<>();
    new Threads(3)
        .each(
            100,
            i -> {
              Set<Thread> own = ConcurrentHashMap.newKeySet();
              threads.add(own);
              return task -> {
                own.add(Thread.currentThread());
                done.add(task);
              };
            });
    assertThat(done).hasSize(100).doesNotHaveDuplicates();
    assertThat(threads).hasSize(3).allSatisfy(own -> assertThat(own).hasSizeLessThanOrEqualTo(1));
  }

  @Test
  void noMoreWorkersAreAskedForThanThereAreTasks() {
    AtomicInteger workers = new AtomicInteger();
    new Threads(8)
        .each(
            2,
            _ -> {
              workers.incrementAndGet();
              return _ -> {};
            });
    assertThat(workers).hasValue(2);
  }

  /// The caller's own task waits until the other thread has taken the one that fails.
  @Test
  void aFailureOnAnotherThreadReachesTheCaller() {
    CountDownLatch taken = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                new Threads(2)
                    .each(
                        2,
                        _ ->
                            task -> {
                              if (Thread.currentThread().equals(caller)) {
                                await(taken);
                                return;
                              }
                              taken.countDown();
                              throw new IllegalStateException("task failed");
                            }))
        .hasMessage("task failed");
  }

  /// Whoever cannot have all its workers leaves no thread behind.
  @Test
  void aWorkerThatCannotBeMadeStopsTheOthers() {
    AtomicInteger running = new AtomicInteger();
    assertThatThrownBy(
            () ->
                new Threads(3)
                    .each(
                        1_000_000,
                        i -> {
                          if (i == 2) {
                            throw new IllegalStateException("no room");
                          }
                          return _ -> {
                            running.incrementAndGet();
                            running.decrementAndGet();
                          };
                        }))
        .hasMessage("no room");
    assertThat(running).hasValue(0);
  }

  @Test
  void afterAFailureNoTaskIsBegun() {
    List<Integer> begun = new ArrayList<>();
    assertThatThrownBy(
            () ->
                Threads.ONE.each(
                    5,
                    _ ->
                        task -> {
                          begun.add(task);
                          if (task == 1) {
                            throw new IllegalStateException("here");
                          }
                        }))
        .hasMessage("here");
    assertThat(begun).containsExactly(0, 1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

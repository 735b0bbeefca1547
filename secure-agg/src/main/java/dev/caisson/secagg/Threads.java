package dev.caisson.secagg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/// How many threads a computation may use, the caller's among them. The others live as long as the
/// computation: none is kept.
public record Threads(int count) {
  /// The caller's thread alone.
  public static final Threads ONE = new Threads(1);

  private static final int MOST = 1024;

  public Threads {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("threads must be 1..%d, got %d".formatted(MOST, count));
    }
  }

  /// Runs the tasks `0..tasks-1`, each once, in no order. Worker `i` is asked for once, by the
  /// caller's thread, and used by one thread alone, so it may keep what is not thread-safe. What
  /// the workers did is visible when this returns. Where one throws, no new task is begun, and the
  /// first failure is thrown once all threads have come to rest; an interrupt waits for that too.
  public void each(int tasks, IntFunction<IntConsumer> workers) {
    AtomicInteger next = new AtomicInteger();
    List<FutureTask<?>> others = new ArrayList<>();
    boolean begun = false;
    try {
      for (int i = 1; i < Math.min(count, tasks); i++) {
        IntConsumer worker = workers.apply(i);
        FutureTask<?> other = new FutureTask<>(() -> take(next, tasks, worker), null);
        Thread.ofPlatform().daemon().name("secure-agg-" + i).start(other);
        others.add(other);
      }
      IntConsumer own = workers.apply(0);
      begun = true;
      take(next, tasks, own);
    } finally {
      if (!begun) {
        next.set(tasks);
      }
      others.forEach(Threads::await);
    }
    for (FutureTask<?> other : others) {
      rethrow(other);
    }
  }

  private static void take(AtomicInteger next, int tasks, IntConsumer worker) {
    boolean done = false;
    try {
      for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
        worker.accept(task);
      }
      done = true;
    } finally {
      if (!done) {
        next.set(tasks);
      }
    }
  }

  private static void await(FutureTask<?> other) {
    boolean interrupted = false;
    while (!settled(other)) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean settled(FutureTask<?> other) {
    try {
      other.get();
      return true;
    } catch (ExecutionException e) {
      return true; // thrown by each(), once nobody runs any more
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static void rethrow(FutureTask<?> other) {
    if (other.state() == FutureTask.State.FAILED) {
      switch (other.exceptionNow()) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException("a task throws nothing else", e);
      }
    }
  }
}

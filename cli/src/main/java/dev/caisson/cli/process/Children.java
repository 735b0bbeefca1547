package dev.caisson.cli.process;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The Caisson processes that this one has started, ended together.
///
/// Guarantee: when this process ends, its children end, whether it closes this, fails, is
/// interrupted (Ctrl-C) or is killed: closing and a shutdown hook stop them, and their [Lifeline]
/// ends them when neither could run. Only processes started here are ever signalled, by handle,
/// never by name or number. Thread-safe.
public final class Children implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final String mainClass;
  private final List<ChildProcess> children = new ArrayList<>();
  private final Thread hook = new Thread(this::stopAll, "children-shutdown");
  private boolean closed;

  /// Children whose `main` is that of `mainClass`; it must read [Lifeline]'s option.
  public Children(Class<?> mainClass) {
    this.mainClass = mainClass.getName();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Starts a process; see [ChildProcess#ready] for when it serves.
  public ChildProcess start(ChildPlan plan) throws IOException {
    return start(plan, line -> {});
  }

  /// The same, handing over each line of its stdout but the `READY` line, on a thread of its own.
  public synchronized ChildProcess start(ChildPlan plan, Consumer<String> onLine)
      throws IOException {
    if (closed) {
      throw new IOException("%s is not started: we are stopping".formatted(plan.name()));
    }
    ChildProcess child = ChildProcess.start(mainClass, plan, onLine);
    children.add(child);
    return child;
  }

  /// Fails if a child has ended by itself, naming it and its last log lines.
  public synchronized void check() throws ChildFailure {
    for (ChildProcess child : children) {
      if (!child.isAlive()) {
        throw child.failure();
      }
    }
  }

  /// Ends all children: stdin closed and SIGTERM, up to 3 s for all of them, then SIGKILL.
  @Override
  public void close() {
    stopAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is already shutting down, and the hook finds nothing left to do
    }
  }

  private synchronized void stopAll() {
    closed = true;
    children.forEach(ChildProcess::ask);
    long deadline = System.nanoTime() + GRACE.toNanos();
    boolean interrupted = false;
    for (ChildProcess child : children) {
      try {
        if (interrupted || !child.endsWithin(Duration.ofNanos(deadline - System.nanoTime()))) {
          child.kill();
        }
      } catch (InterruptedException e) {
        interrupted = true;
        child.kill();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

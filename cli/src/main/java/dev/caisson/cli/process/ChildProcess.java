package dev.caisson.cli.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process that [Children] started. Thread-safe.
public final class ChildProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
  private static final int LAST_LINES = 8;

  private final ChildPlan plan;
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private ChildProcess(ChildPlan plan, Process process) {
    this.plan = plan;
    this.process = process;
  }

  static ChildProcess start(String mainClass, ChildPlan plan, Consumer<String> onLine)
      throws IOException {
    Files.createDirectories(plan.temporary());
    ProcessBuilder builder = new ProcessBuilder(JavaCommand.of(mainClass, plan));
    JavaCommand.completeEnvironment(builder.environment());
    builder.directory(plan.directory().toFile());
    builder.redirectError(ProcessBuilder.Redirect.appendTo(plan.log().toFile()));
    ChildProcess child = new ChildProcess(plan, builder.start());
    Thread.ofPlatform()
        .daemon()
        .name(plan.name() + "-output")
        .start(() -> child.readOutput(onLine));
    return child;
  }

  /// Waits for the child's `READY` line and returns its JSON object.
  public String ready(Duration limit) throws ChildFailure, InterruptedException {
    try {
      return ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw failure("was not ready after %d s".formatted(limit.toSeconds()));
    } catch (ExecutionException e) {
      throw endsWithin(limit) ? failure() : failure("closed its output before it was ready");
    }
  }

  public String name() {
    return plan.name();
  }

  public long pid() {
    return process.pid();
  }

  /// Stdout and stderr of the child.
  public Path log() {
    return plan.log();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Completes with the exit code when the child ends, for whatever reason.
  public CompletableFuture<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /// The end of this child, told with its last log lines; only for a child that has ended.
  public ChildFailure failure() {
    if (process.isAlive()) {
      throw new IllegalStateException(plan.name() + " still runs");
    }
    return failure("ended unexpectedly with exit code %d".formatted(process.exitValue()));
  }

  private ChildFailure failure(String what) {
    OptionalInt exitCode =
        process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    return new ChildFailure(
        plan.name(), what, exitCode, plan.log(), LogTail.of(plan.log(), LAST_LINES));
  }

  /// Ends the child at once with SIGKILL, so that it can clean up nothing; for faults on purpose.
  public void kill() {
    process.destroyForcibly();
  }

  /// Closes the child's stdin and asks it to end (SIGTERM); does not wait.
  void ask() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("{} closed its stdin first", plan.name(), e);
    }
    process.destroy();
  }

  boolean endsWithin(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void readOutput(Consumer<String> onLine) {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Writer log =
            Files.newBufferedWriter(
                plan.log(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.write(line + "\n");
        log.flush();
        Optional<String> announced = Ready.parse(line);
        if (announced.isPresent()) {
          ready.complete(announced.get());
        } else {
          onLine.accept(line);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("the output of {} broke off", plan.name(), e);
    } finally {
      ready.completeExceptionally(new IOException("stdout ended"));
    }
  }
}

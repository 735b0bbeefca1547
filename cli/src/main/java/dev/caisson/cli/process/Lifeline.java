package dev.caisson.cli.process;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/// The child's side of "no process outlives its parent": the parent holds the other end of this
/// process's stdin, and the kernel closes it however the parent ends, SIGKILL included.
///
/// A picocli mixin for every command that stays: `@Mixin private Lifeline lifeline = new
/// Lifeline();` and `lifeline.hold();` as the first thing (but after confinement, which starts the
/// process anew).
public final class Lifeline {
  private static final Logger LOG = LoggerFactory.getLogger(Lifeline.class);

  /// How long shutdown hooks may take once the parent is gone.
  private static final Duration GRACE = Duration.ofSeconds(3);

  static final String OPTION = "--exit-with-parent";

  @Option(
      names = OPTION,
      hidden = true,
      description = "End when stdin ends; for processes that Caisson starts itself.")
  private boolean exitWithParent;

  /// Starts to watch stdin if the command line asked for it; returns at once. When stdin ends, the
  /// process exits with 0 after its shutdown hooks, which get 3 s. What arrives on stdin is
  /// dropped.
  public void hold() {
    if (exitWithParent) {
      watch(System.in);
    }
  }

  private static void watch(InputStream in) {
    Thread.ofPlatform()
        .daemon()
        .name("lifeline")
        .start(
            () -> {
              drain(in);
              Thread.ofPlatform().daemon().name("lifeline-grace").start(Lifeline::haltAfterGrace);
              System.exit(0);
            });
  }

  private static void drain(InputStream in) {
    byte[] dropped = new byte[256];
    try {
      while (in.read(dropped) >= 0) {
        // the parent sends nothing that matters
      }
    } catch (IOException e) {
      LOG.debug("stdin broke, which is as good as its end", e);
    }
  }

  private static void haltAfterGrace() {
    try {
      Thread.sleep(GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }
}

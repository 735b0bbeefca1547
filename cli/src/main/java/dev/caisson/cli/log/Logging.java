package dev.caisson.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/// Where this process's log goes. Without any call: warnings and errors to stderr, one line each,
/// without traces. Never log participant data or key material; "error" means a bug of ours.
public final class Logging {
  private static final String VERBOSE = "caisson.verbose";

  private Logging() {}

  /// Sends `java.util.logging` (gRPC's) the same way. Costs nothing until something logs; must come
  /// before that, so the entry of the process calls it first.
  public static void prepare() {
    System.setProperty("java.util.logging.config.class", JulBridge.class.getName());
  }

  /// Debug messages of our own and traces on stderr too, from now on.
  public static void verbose() {
    System.setProperty(VERBOSE, "true");
    LogbackConfigurator.console(context(), true);
  }

  static boolean isVerbose() {
    return Boolean.getBoolean(VERBOSE);
  }

  /// Adds a log file for a process that stays: our own messages from INFO, other people's from
  /// WARN, with times, threads and traces, appended and flushed line by line. Parent directories
  /// are made. Stderr keeps receiving warnings.
  public static void toFile(Path file) throws IOException {
    toFile(file, Format.TEXT);
  }

  /// What a log file's lines are: for people, or one JSON object each (Logback's own members:
  /// timestamp, level, threadName, loggerName, formattedMessage, throwable).
  public enum Format {
    TEXT,
    JSON
  }

  /// The same with lines of this format.
  public static void toFile(Path file, Format format) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path parent = absolute.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.exists(absolute)) {
      Files.createFile(absolute);
    }
    if (!Files.isWritable(absolute)) {
      throw new IOException("cannot write the log file " + absolute);
    }
    LogbackConfigurator.file(context(), absolute, format);
  }

  /// Logs what ended a thread.
  public static void uncaught(Thread thread, Throwable failure) {
    LoggerFactory.getLogger(Logging.class)
        .debug("thread {} ended with a failure", thread.getName(), failure);
  }

  private static LoggerContext context() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    return root.getLoggerContext();
  }

  static Level ownLevel(boolean verbose) {
    return verbose ? Level.DEBUG : Level.INFO;
  }
}

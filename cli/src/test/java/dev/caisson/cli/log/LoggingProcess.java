package dev.caisson.cli.log;

import java.nio.file.Path;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process of [LoggingIT]: logs a little of everything. Arguments: a log file or `-`, and
/// `verbose`.
final class LoggingProcess {
  private LoggingProcess() {}

  public static void main(String[] args) throws Exception {
    Logging.prepare();
    if (args.length > 1) {
      Logging.verbose();
    }
    if (!args[0].equals("-")) {
      Logging.toFile(Path.of(args[0]));
    }
    Logger own = LoggerFactory.getLogger("dev.caisson.Test");
    own.debug("own debug");
    own.info("own info");
    own.warn("own warning", new IllegalStateException("the trace"));
    LoggerFactory.getLogger("org.example").info("their info");
    LoggerFactory.getLogger("ai.djl.engine.Engine").warn("their noise");
    java.util.logging.Logger.getLogger("io.grpc.Channel").log(Level.WARNING, "grpc noise");
    java.util.logging.Logger.getLogger("org.example").log(Level.WARNING, "their warning");
  }
}

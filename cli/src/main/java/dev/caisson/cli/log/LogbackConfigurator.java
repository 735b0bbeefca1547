package dev.caisson.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// Logback's configuration in code. Logback finds it as a service and asks it first; it reads no
/// XML and prints no status. Public only because the service loader requires it.
public final class LogbackConfigurator extends ContextAwareBase implements Configurator {
  private static final String CONSOLE = "console";

  /// Loggers that are silent below the level: chatty libraries whose notices help no operator.
  private static final Map<String, Level> NOISE =
      Map.of(
          "ai.djl", Level.ERROR,
          "io.grpc", Level.ERROR,
          "io.netty", Level.ERROR,
          "org.deeplearning4j", Level.ERROR,
          "org.nd4j", Level.ERROR,
          "org.bytedeco", Level.ERROR,
          "org.apache.commons", Level.WARN,
          "org.flywaydb", Level.WARN);

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    NOISE.forEach((name, level) -> context.getLogger(name).setLevel(level));
    console(context, Logging.isVerbose());
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /// Puts the stderr appender in place of an earlier one.
  static void console(LoggerContext context, boolean verbose) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAppender(CONSOLE);
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setName(CONSOLE);
    appender.setTarget("System.err");
    ThresholdFilter threshold = new ThresholdFilter();
    threshold.setLevel((verbose ? Level.DEBUG : Level.WARN).levelStr);
    threshold.start();
    appender.addFilter(threshold);
    String trace = verbose ? "%n%ex" : "%nopex%n";
    attach(context, appender, pattern(context, "caisson: %-5level %msg [%logger{0}]" + trace));
    context.getLogger("dev.caisson").setLevel(Logging.ownLevel(verbose));
  }

  static void file(LoggerContext context, Path file, Logging.Format format) {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setName(file.toString());
    appender.setFile(file.toString());
    appender.setAppend(true);
    attach(
        context,
        appender,
        switch (format) {
          case TEXT ->
              pattern(
                  context,
                  "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{24}: %msg%n%ex");
          case JSON -> json(context);
        });
  }

  private static Encoder<ILoggingEvent> pattern(LoggerContext context, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(pattern);
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithContext(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    return encoder;
  }

  private static void attach(
      LoggerContext context,
      OutputStreamAppender<ILoggingEvent> appender,
      Encoder<ILoggingEvent> encoder) {
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }
}

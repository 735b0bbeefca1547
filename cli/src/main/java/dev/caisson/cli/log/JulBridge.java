package dev.caisson.cli.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/// Sends `java.util.logging` to SLF4J. The JDK makes one of these when that logging is first used,
/// because [Logging#prepare] names it. Public only because the JDK requires it.
public final class JulBridge {
  private static final String CONFIGURATION =
      """
      handlers = org.slf4j.bridge.SLF4JBridgeHandler
      .level = WARNING
      """;

  public JulBridge() throws IOException {
    LogManager.getLogManager()
        .readConfiguration(
            new ByteArrayInputStream(CONFIGURATION.getBytes(StandardCharsets.ISO_8859_1)));
  }
}

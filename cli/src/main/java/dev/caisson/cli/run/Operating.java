package dev.caisson.cli.run;

import dev.caisson.cli.log.Logging;
import dev.caisson.protocol.operations.Check;
import dev.caisson.protocol.operations.Meters;
import dev.caisson.protocol.operations.Operations;
import dev.caisson.protocol.tls.Caller;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How an operator looks at a process that stays: its log's form, and a port for its health and
/// metrics where one is wanted.
final class Operating {
  @Option(
      names = "--operations",
      paramLabel = "HOST:PORT",
      converter = HostAndPort.Converter.class,
      description =
          "Answer /health, /ready and /metrics there, over plain HTTP and to anybody (default: no "
              + "port; the home's status.json and metrics.prom say the same).")
  private @Nullable HostAndPort operations;

  @Option(
      names = "--log-format",
      defaultValue = "TEXT",
      paramLabel = "FORMAT",
      description = "The log file's lines: text, or json for programs (default: text).")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Logging.Format format;

  /// Begins the log file of this home.
  void log(Path file) throws IOException {
    Logging.toFile(file, format);
  }

  /// The port as a member of the READY line, if there is one.
  static String inReady(Operations operations) {
    return operations.port().isPresent()
        ? ", \"operations\": %d".formatted(operations.port().getAsInt())
        : "";
  }

  /// Begins to say how the process does; to be closed with it.
  ///
  /// @param self in its certificate
  /// @param checks what it needs
  Operations open(Path home, Caller self, Meters meters, Supplier<List<Check>> checks)
      throws IOException {
    return Operations.open(
        home,
        self,
        meters,
        checks,
        Optional.ofNullable(operations).map(at -> new InetSocketAddress(at.host(), at.port())),
        Clock.systemUTC());
  }
}

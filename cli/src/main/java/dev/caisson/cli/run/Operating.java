package dev.caisson.cli.run;

import dev.caisson.cli.log.Logging;
import dev.caisson.protocol.operations.Check;
import dev.caisson.protocol.operations.HomeLock;
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

  /// Takes the home for this process and begins its log file there; the lock ends with the process.
  HomeLock begin(Path home, String log) throws IOException {
    HomeLock lock = HomeLock.take(home);
    Logging.toFile(home.resolve(log), format);
    return lock;
  }

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

package dev.caisson.protocol.operations;

import dev.caisson.protocol.Version;
import dev.caisson.protocol.tls.Caller;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An operator's view of one running process: `status.json` and `metrics.prom` in its home, written
/// every few seconds, and, where asked for, a port with the same. A site needs no port: Prometheus'
/// node exporter reads `metrics.prom` (its textfile collector), so that nobody dials a site.
///
/// A disk that is too full for these files is logged once and does not stop the process.
public final class Operations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  /// The file's name in the home.
  public static final String METRICS = "metrics.prom";

  /// Below this a disk counts as full: a round of a large model needs this and more.
  private static final long LEAST_FREE = 512L << 20;

  private final Path home;
  private final Caller self;
  private final Meters meters;
  private final Supplier<List<Check>> own;
  private final Clock clock;
  private final String started;
  private final Thread writer;
  private @Nullable OperationsServer server;
  private boolean complained;

  /// Starts to write; the home must be there.
  ///
  /// @param checks what this process needs; asked from several threads, must not block
  /// @param address where to listen, if at all
  public static Operations open(
      Path home,
      Caller self,
      Meters meters,
      Supplier<List<Check>> checks,
      Optional<InetSocketAddress> address,
      Clock clock)
      throws IOException {
    Operations operations = new Operations(home, self, meters, checks, clock);
    if (address.isPresent()) {
      operations.server = OperationsServer.open(address.get(), operations::checks, meters);
    }
    operations.writer.start();
    return operations;
  }

  private Operations(
      Path home, Caller self, Meters meters, Supplier<List<Check>> own, Clock clock) {
    this.home = home;
    this.self = self;
    this.meters = meters;
    this.own = own;
    this.clock = clock;
    this.started = clock.instant().toString();
    this.writer = Thread.ofVirtual().name("operations").unstarted(this::writeOn);
  }

  /// Where it listens, if it does.
  public OptionalInt port() {
    return server == null ? OptionalInt.empty() : OptionalInt.of(server.port());
  }

  private List<Check> checks() {
    List<Check> all = new ArrayList<>(own.get());
    all.add(disk());
    return all;
  }

  private Check disk() {
    try {
      long free = Files.getFileStore(home).getUsableSpace();
      String words = "%d MiB free".formatted(free >> 20);
      return new Check("disk", free >= LEAST_FREE, words);
    } catch (IOException e) {
      return Check.bad("disk", "cannot be asked: " + e.getMessage());
    }
  }

  private void writeOn() {
    try {
      while (true) {
        write();
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    List<Check> checks = checks();
    try {
      new Status(
              self.role().label(),
              self.name(),
              ProcessHandle.current().pid(),
              Version.SOFTWARE,
              Version.PROTOCOL,
              started,
              clock.instant().toString(),
              checks.stream().allMatch(Check::holds),
              checks,
              meters.figures())
          .write(home);
      Status.replace(home.resolve(METRICS), meters.scrape().getBytes(StandardCharsets.UTF_8));
      complained = false;
    } catch (IOException e) {
      if (!complained) {
        LOG.warn("the status of this process cannot be written: {}", e.getMessage());
        complained = true;
      }
    }
  }

  @Override
  public void close() {
    writer.interrupt();
    if (server != null) {
      server.close();
    }
    meters.close();
  }
}

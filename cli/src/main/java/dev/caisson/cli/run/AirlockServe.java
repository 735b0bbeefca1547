package dev.caisson.cli.run;

import dev.caisson.airlock.service.AirlockProcess;
import dev.caisson.cli.confine.Confinement;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.Lifeline;
import dev.caisson.cli.process.Ready;
import dev.caisson.cli.process.StartCache;
import dev.caisson.protocol.operations.HomeLock;
import dev.caisson.protocol.operations.Meters;
import dev.caisson.protocol.operations.Operations;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson airlock serve`: the airlock's process, confined to its own home before it opens
/// anything.
@Command(
    name = "serve",
    description = {
      "Start, and serve until stopped. The process confines itself to its home first: from then on "
          + "the kernel refuses it every other directory, a site's above all."
    })
public final class AirlockServe implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(AirlockServe.class);

  @Mixin private final Lifeline lifeline = new Lifeline();
  @Mixin private final Listening listening = new Listening();
  @Mixin private final Operating operating = new Operating();

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "The airlock's home: keys, rosters, candidates and releases.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(
      names = "--coordinator",
      required = true,
      paramLabel = "HOST:PORT",
      converter = HostAndPort.Converter.class,
      description = "Where the coordinator listens.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private HostAndPort coordinator;

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    Confinement.Outcome outcome =
        Confinement.to(home).reading(StartCache.file().stream().toArray(Path[]::new)).enter();
    lifeline.hold();
    HomeLock lock = HomeLock.take(home);
    operating.log(home.resolve("airlock-events.log"));
    String confined =
        switch (outcome) {
          case Confinement.Confined(int abi) -> {
            LOG.info("confined to {} (Landlock ABI {})", home, abi);
            yield "true";
          }
          case Confinement.Unavailable(String reason) -> {
            LOG.warn(
                "NOT confined: {}. Run this process as a user of its own who cannot read any site's"
                    + " directory",
                reason);
            yield "false";
          }
        };
    try {
      AirlockProcess airlock =
          AirlockProcess.start(
              home, listening.address(), coordinator.host(), coordinator.port(), Clock.systemUTC());
      Meters meters = new Meters();
      airlock.measure(meters);
      Operations operations = operating.open(home, airlock.self(), meters, airlock::checks);
      Ready.announce(
          "{\"port\": %d, \"confined\": %s%s}"
              .formatted(airlock.port(), confined, Operating.inReady(operations)));
      return Serving.untilTheEnd(
          () -> {
            operations.close();
            airlock.close();
            lock.close();
          });
    } catch (MalformedException e) {
      throw new CommandFailure("a roster in %s is broken: %s".formatted(home, e.getMessage()), e);
    }
  }
}

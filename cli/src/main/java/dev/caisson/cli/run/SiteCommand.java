package dev.caisson.cli.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.custody.AllowRepeatCommand;
import dev.caisson.cli.custody.ResumeCommand;
import dev.caisson.cli.custody.RoundsCommand;
import dev.caisson.cli.custody.VerifyRoundCommand;
import dev.caisson.cli.enrol.FingerprintCommand;
import dev.caisson.cli.enrol.SiteEnrolCommand;
import dev.caisson.cli.enrol.SiteRosterCommand;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.Lifeline;
import dev.caisson.cli.process.Ready;
import dev.caisson.client.SiteAgent;
import dev.caisson.client.SiteSettings;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.Label;
import dev.caisson.dataset.Table;
import dev.caisson.protocol.operations.HomeLock;
import dev.caisson.protocol.operations.Meters;
import dev.caisson.protocol.operations.Operations;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.trust.MalformedException;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson site`: the agent beside the data.
@Command(
    name = "site",
    description =
        "Make a site's home, run its agent beside its data, check its table, or read and decide as its"
            + " custodian.",
    subcommands = {
      SiteEnrolCommand.class,
      FingerprintCommand.class,
      SiteRosterCommand.class,
      SiteCommand.Run.class,
      SiteCommand.Check.class,
      RoundsCommand.class,
      VerifyRoundCommand.class,
      AllowRepeatCommand.class,
      ResumeCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class SiteCommand extends Group {

  /// `caisson site run`.
  @Command(
      name = "run",
      description = "Check the table, dial the coordinator, and take part until stopped.")
  static final class Run implements Callable<Integer> {
    /// How long an answer that is under way may hold up the end of the process.
    private static final Duration DRAIN = Duration.ofSeconds(20);

    @Mixin private final Lifeline lifeline = new Lifeline();
    @Mixin private final Operating operating = new Operating();

    @Option(
        names = "--home",
        required = true,
        paramLabel = "DIR",
        description = "The site's home: site.yaml, keys, rosters, table and ledger.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path home;

    @Override
    public Integer call() throws IOException, CommandFailure, InterruptedException {
      lifeline.hold();
      refuseWithoutRoster();
      try {
        HomeLock lock = HomeLock.take(home);
        SiteAgent agent = SiteAgent.open(home, Engines::named, Clock.systemUTC());
        operating.log(home.resolve("site-events.log"));
        Meters meters = new Meters();
        agent.measure(meters);
        Operations operations =
            operating.open(home, new Caller(agent.name(), Role.SITE), meters, agent::checks);
        Serving.closeAtTheEnd(
            () -> {
              agent.drain(DRAIN);
              operations.close();
              agent.close();
              lock.close();
            });
        Ready.announce(
            "{\"site\": \"%s\"%s}".formatted(agent.name(), Operating.inReady(operations)));
        agent.run();
        return 0;
      } catch (BadYamlException | BadTableException e) {
        throw new CommandFailure(String.valueOf(e.getMessage()), e);
      } catch (MalformedException e) {
        throw new CommandFailure("a file in %s is broken: %s".formatted(home, e.getMessage()), e);
      }
    }

    private void refuseWithoutRoster() throws CommandFailure {
      if (Files.isDirectory(home.resolve("keys"))
          && Files.notExists(home.resolve("federation.roster"))) {
        throw new CommandFailure(
            """
            this site does not know yet with whom and for whom it computes (%1$s/federation.roster is \
            missing). Run 'caisson site roster --home %1$s', compare its words with the other \
            custodians and with the researchers by telephone, then run it again with --accept "WORDS"\
            """
                .formatted(home));
      }
    }
  }

  /// `caisson site check`.
  @Command(
      name = "check",
      description = "Say what the table holds and whether it is as described; nothing is sent.")
  static final class Check implements Callable<Integer> {
    @Mixin private final Answer answer = new Answer();

    @Option(names = "--home", required = true, paramLabel = "DIR", description = "The site's home.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path home;

    @Override
    public Integer call() throws IOException, CommandFailure {
      try {
        SiteSettings settings = SiteSettings.read(home);
        DatasetDescription dataset = DatasetDescription.read(settings.dataset());
        Table table = Table.read(settings.table(), dataset);
        answer.give(object(table), table.describe() + dataset.describe());
        return 0;
      } catch (BadYamlException | BadTableException e) {
        throw new CommandFailure(String.valueOf(e.getMessage()), e);
      }
    }

    private static ObjectNode object(Table table) {
      ObjectNode json = Answer.object().put("persons", table.samples().rows());
      Label label = table.description().label();
      ObjectNode labels = json.putObject("labels");
      for (int i = 0; i < label.values().size(); i++) {
        labels.put(label.values().get(i), table.labelCount(i));
      }
      ArrayNode columns = json.putArray("columns");
      for (Table.ColumnCounts column : table.counts()) {
        columns
            .addObject()
            .put("column", column.column())
            .put("missing", column.missing())
            .put("clamped", column.clamped());
      }
      return json;
    }
  }
}

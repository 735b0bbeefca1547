package dev.caisson.cli.operations;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.protocol.operations.Check;
import dev.caisson.protocol.operations.HomeLock;
import dev.caisson.protocol.operations.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `caisson status`: how the process of a home does, from what it writes there.
@Command(
    name = "status",
    description = "Say whether the process of a home runs and is ready, and what it counts.",
    footer = "%nExit codes: 0 running and ready, 3 running but not ready, 4 not running.")
public final class StatusCommand implements Callable<Integer> {
  private static final int NOT_READY = 3;
  private static final int NOT_RUNNING = 4;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private CommandSpec spec;

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "The home of a coordinator, a site or an airlock.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(names = "--json", description = "One JSON object instead of words.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure {
    if (!Files.isDirectory(home)) {
      throw new CommandFailure("%s is not a directory".formatted(home));
    }
    boolean running = HomeLock.isTaken(home);
    Status status = Status.read(home);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode object = mapper.valueToTree(status);
      object.put("running", running);
      object.put("ready", running && status.ready());
      out.println(mapper.writeValueAsString(object));
    } else {
      print(out, status, running);
    }
    if (!running) {
      return NOT_RUNNING;
    }
    return status.ready() ? 0 : NOT_READY;
  }

  private static void print(PrintWriter out, Status status, boolean running) {
    out.printf(
        "%s '%s', %s, protocol %d%n",
        status.process(), status.name(), status.software(), status.protocol());
    out.println(
        running
            ? "running as process %d since %s; it said this at %s"
                .formatted(status.pid(), status.started(), status.updated())
            : "NOT running; what follows it said last, at " + status.updated());
    TextTable checks = new TextTable("check", "holds", "");
    for (Check check : status.checks()) {
      checks.row(check.name(), check.holds() ? "yes" : "NO", check.words());
    }
    out.println(checks);
    if (!status.figures().isEmpty()) {
      TextTable figures = new TextTable("since its start", "");
      status.figures().forEach((name, value) -> figures.row(name, number(value)));
      out.println(figures);
    }
    out.flush();
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%,.3f", value);
  }
}

package dev.caisson.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.runtime.device.Devices;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `caisson devices`: what can compute here. A host without a GPU is no failure.
@Command(
    name = "devices",
    description =
        "List this host's processor and GPUs, and for each engine whether it can compute there "
            + "and if not, why.")
final class DevicesCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private CommandSpec spec;

  @Option(names = "--json", description = "One JSON object instead of words.")
  private boolean json;

  private final Supplier<Devices> devices; // asked when it runs: every command makes all others

  DevicesCommand() {
    this(Devices::ofThisHost);
  }

  /// The seam for tests.
  DevicesCommand(Supplier<Devices> devices) {
    this.devices = devices;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    DevicesReport report = DevicesReport.of(devices.get().host());
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(report.json()));
    } else {
      report.print(out);
    }
    return 0;
  }
}

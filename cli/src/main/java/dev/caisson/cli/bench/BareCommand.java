package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.bench.grpc.BareClient;
import dev.caisson.cli.bench.grpc.BareServer;
import dev.caisson.cli.process.Lifeline;
import dev.caisson.cli.process.Ready;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.KeyFiles;
import io.grpc.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The same bytes by the same wire, and nothing done with them, for [RoundsRun] to start: the side
/// that serves prints a line of JSON with the seconds of each repeat.
@Command(
    name = "rounds-bare",
    hidden = true,
    description = "The transfer alone, for 'bench rounds'.")
final class BareCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Lifeline lifeline = new Lifeline();

  @Option(names = "--dial", description = "The port of the side that serves; without, serve.")
  private int port;

  @Option(names = "--home", required = true, description = "Whose keys: one of each caller.")
  private List<Path> homes = List.of();

  @Option(names = "--callers", description = "Of the side that serves.")
  private int callers;

  @Option(names = "--bytes", required = true)
  private long bytes;

  @Option(names = "--repeats", required = true)
  private int repeats;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    lifeline.hold();
    if (port == 0) {
      serve();
    } else {
      dial();
    }
    return 0;
  }

  private void serve() throws IOException, InterruptedException {
    BareServer service = new BareServer(callers, bytes, repeats);
    Server server =
        Wire.serve(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            KeyFiles.load(homes.getFirst().resolve("keys")),
            List.of(service));
    Ready.announce("{\"port\": %d}".formatted(server.getPort()));
    List<Double> seconds = service.seconds();
    Wire.end(server);
    PrintWriter out = spec.commandLine().getOut();
    out.println(new ObjectMapper().createObjectNode().putPOJO("seconds", seconds));
    out.flush();
  }

  private void dial() throws IOException, InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (Path home : homes) {
        KeyFiles keys = KeyFiles.load(home.resolve("keys"));
        calls.add(
            threads.submit(
                () -> {
                  BareClient.run(port, keys, bytes, repeats);
                  return null;
                }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }
}

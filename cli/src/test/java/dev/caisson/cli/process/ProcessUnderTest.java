package dev.caisson.cli.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// A process for [ChildrenIT] that behaves well or badly, as its first argument says. A parent
/// starts a well-behaved child of its own in the directory that its second argument names.
final class ProcessUnderTest implements Runnable {
  @Mixin private final Lifeline lifeline = new Lifeline();

  @Parameters private List<String> arguments = List.of();

  public static void main(String[] args) {
    System.exit(new CommandLine(new ProcessUnderTest()).execute(args));
  }

  @Override
  public void run() {
    lifeline.hold();
    switch (arguments.getFirst()) {
      case "serve" -> {
        System.out.println("warming up");
        Ready.announce(
            "{\"heap\":%d,\"tmp\":\"%s\",\"ort\":\"%s\"}"
                .formatted(
                    Runtime.getRuntime().maxMemory() >> 20,
                    System.getProperty("java.io.tmpdir"),
                    System.getenv("ORT_DISABLE_TELEMETRY")));
        forever();
      }
      case "die" -> {
        System.err.println("cannot bind port 7000");
        System.exit(7);
      }
      case "mute" -> forever();
      case "stubborn" -> {
        Runtime.getRuntime().addShutdownHook(new Thread(ProcessUnderTest::forever));
        Ready.announce("{}");
        forever();
      }
      case "parent" -> parent(Path.of(arguments.get(1)));
      default -> throw new IllegalArgumentException(arguments.toString());
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // whoever ends this process is what the test is about
  private static void parent(Path directory) {
    Children children = new Children(ProcessUnderTest.class);
    try {
      ChildProcess child =
          children.start(new ChildPlan("grandchild", directory, 32, List.of("serve")));
      child.ready(Duration.ofSeconds(60));
      Ready.announce("{\"pid\":%d}".formatted(child.pid()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    forever();
  }

  private static void forever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caisson.cli.endtoend.Caisson.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first demo on a new machine, as the kernel sees it: nobody but ourselves is spoken to, and
/// nothing is made or changed but in the folders that Caisson was given. `CI` is not set (some
/// libraries behave where it is), the home directory and the cache are empty.
///
/// This shows one run of one command. What a library would do on another day, with other hardware
/// or in its later versions stays open; see [SystemCalls] for what it cannot see.
final class NothingPhonesHomeIT {
  @TempDir private Path temporary = Path.of("");
  private Path directory = Path.of("");

  @BeforeEach
  void strace() throws Exception {
    directory = temporary.toRealPath();
    Files.createDirectories(directory.resolve("cache/tmp"));
    assumeTrue(isUsable(), "strace is not installed, or may not trace here");
  }

  @Test
  void firstDemoSpeaksToItselfAndWritesWhereItWasTold() throws Exception {
    Path calls = Files.createDirectory(directory.resolve("calls"));
    Path work = directory.resolve("work");
    Caisson caisson = new Caisson(directory).withFreshNatives();
    caisson.run("version"); // writes the launcher's argument file, once after each build
    Ended ended =
        caisson
            .under(SystemCalls.recordingTo(calls))
            .run("demo", "--rounds", "1", "--seeds", "1", "--json", "--workdir", work.toString());
    assertThat(ended.exitCode()).as(ended.err()).isZero();

    SystemCalls seen = SystemCalls.read(calls);
    assertThat(seen.count("connect(")).as("sites and people dial").isGreaterThan(5);
    assertThat(seen.count("openat(")).isGreaterThan(1000);
    assertThat(seen.toElsewhere()).isEmpty();
    assertThat(seen.changesOutside(List.of(work, directory.resolve("cache")))).isEmpty();
    assertThat(FinishedDemo.files(directory.resolve("home"))).isEmpty();
  }

  /// The same eyes on a shell that does what nothing of ours may. The address is of a network for
  /// documentation (RFC 5737), and a datagram socket that connects sends nothing.
  @Test
  void theseEyesSeeADatagramSocketAndAFileInTheHomeDirectory() throws Exception {
    Path calls = Files.createDirectory(directory.resolve("calls"));
    Path home = Files.createDirectory(directory.resolve("home"));
    List<String> command = new ArrayList<>(SystemCalls.recordingTo(calls));
    command.addAll(
        List.of(
            "bash",
            "-c",
            "exec 3<>/dev/udp/192.0.2.1/9; cd '%1$s'; echo > usage.txt; mkdir '%1$s/d'"
                .formatted(home)));
    assertThat(run(command)).isZero();
    SystemCalls seen = SystemCalls.read(calls);
    assertThat(seen.toElsewhere()).hasSize(1).first().asString().contains("192.0.2.1");
    assertThat(seen.changesOutside(List.of(directory.resolve("cache"))))
        .hasSize(2)
        .anyMatch(call -> call.contains("usage.txt"))
        .anyMatch(call -> call.contains(home + "/d"));
  }

  private boolean isUsable() throws InterruptedException {
    List<String> command = new ArrayList<>(SystemCalls.recordingTo(directory));
    command.set(command.indexOf("-o") + 1, "/dev/null");
    command.remove("-ff");
    command.addAll(List.of("-f", "true"));
    try {
      return run(command) == 0;
    } catch (IOException e) {
      return false; // not installed
    }
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}

package dev.caisson.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real processes. The limits are far beyond what is expected: they bound a hang, they measure
/// nothing.
final class ChildrenIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final Children children = new Children(ProcessUnderTest.class);

  @AfterEach
  void stop() {
    children.close();
  }

  @Test
  void readyChildHasItsOwnHeapTemporaryDirectoryAndEnvironment() throws Exception {
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    Path own = directory.resolve("with space");
    ChildProcess child =
        children.start(new ChildPlan("north", own, 48, List.of("serve")), lines::add);
    assertThat(child.ready(LIMIT)).contains("\"tmp\":\"" + own.resolve("tmp"), "\"ort\":\"1\"");
    assertThat(child.ready(LIMIT)).containsPattern("\"heap\":4[0-9],"); // SerialGC keeps some back
    assertThat(lines).containsExactly("warming up");
    assertThat(child.isAlive()).isTrue();
    children.check();
    assertThat(Files.readString(child.log())).contains("warming up\nREADY {");
  }

  @Test
  void closingEndsEveryChild() throws Exception {
    ChildProcess first = started("first", "serve");
    ChildProcess second = started("second", "serve");
    children.close();
    assertThat(first.isAlive()).isFalse();
    assertThat(second.isAlive()).isFalse();
    assertThatThrownBy(() -> started("third", "serve")).hasMessageContaining("we are stopping");
  }

  @Test
  void childThatIgnoresSigtermIsKilled() throws Exception {
    ChildProcess child = started("stubborn", "stubborn");
    children.close();
    assertThat(child.exit().get()).isEqualTo(137); // 128 + SIGKILL
  }

  @Test
  void childThatDiesEarlyIsReportedWithItsLastLines() throws Exception {
    ChildProcess child = start("north", "die");
    ChildFailure failure = catchThrowableOfType(ChildFailure.class, () -> child.ready(LIMIT));
    assertThat(failure)
        .hasMessageContaining("north ended unexpectedly with exit code 7")
        .hasMessageContaining(child.log().toString())
        .hasMessageContaining("\n  cannot bind port 7000");
    assertThat(failure.exitCode()).hasValue(7);
    assertThatThrownBy(children::check).isInstanceOf(ChildFailure.class);
  }

  @Test
  void childThatNeverBecomesReadyIsReported() throws Exception {
    ChildProcess child = start("north", "mute");
    assertThatThrownBy(() -> child.ready(Duration.ofMillis(200)))
        .isInstanceOf(ChildFailure.class)
        .hasMessageContaining("north was not ready");
    assertThat(child.isAlive()).isTrue();
  }

  @Test
  void killedChildIsKnownByItsExitCode() throws Exception {
    ChildProcess child = started("north", "serve");
    child.kill();
    assertThat(child.exit().get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(137);
    assertThat(child.failure()).hasMessageContaining("exit code 137");
  }

  @Test
  void sigkillOfTheParentLeavesNoProcess() throws Exception {
    Parent parent = startParent();
    parent.process.destroyForcibly();
    assertEnds(parent.grandchild);
  }

  @Test
  void interruptedParentLeavesNoProcessAndExitsWith130() throws Exception {
    Parent parent = startParent();
    signal("INT", parent.process.pid());
    assertThat(parent.process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(parent.process.exitValue()).isEqualTo(130);
    // stopped by its parent, not by its lifeline: it is gone before the parent is
    assertThat(parent.grandchild.isAlive()).isFalse();
  }

  private ChildProcess start(String name, String behaviour) throws IOException {
    return children.start(new ChildPlan(name, directory, 32, List.of(behaviour)));
  }

  private ChildProcess started(String name, String behaviour) throws Exception {
    ChildProcess child = start(name, behaviour);
    child.ready(LIMIT);
    return child;
  }

  private record Parent(Process process, ProcessHandle grandchild) {}

  /// A parent in a process of its own that has no lifeline to this one.
  private Parent startParent() throws Exception {
    Path own = Files.createDirectories(directory.resolve("parent"));
    ChildPlan plan = new ChildPlan("parent", own, 48, List.of("parent", own.toString()));
    Files.createDirectories(plan.temporary());
    List<String> command = new ArrayList<>(JavaCommand.of(ProcessUnderTest.class.getName(), plan));
    command.remove(Lifeline.OPTION);
    // a shell that put Maven in the background has made us ignore SIGINT, and children inherit that
    command.addAll(0, List.of("env", "--default-signal=INT"));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String json = Ready.parse(out.readLine()).orElseThrow();
    long pid = Long.parseLong(json.replaceAll("\\D", ""));
    return new Parent(process, ProcessHandle.of(pid).orElseThrow());
  }

  private static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("bash", "-c", "kill -%s %d".formatted(name, pid))
        .inheritIO()
        .start()
        .waitFor();
  }

  private static void assertEnds(ProcessHandle process) throws Exception {
    assertThat(process.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS).isAlive()).isFalse();
  }
}

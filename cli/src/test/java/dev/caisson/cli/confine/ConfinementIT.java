package dev.caisson.cli.confine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.ChildProcess;
import dev.caisson.cli.process.Children;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real process tries everything twice: confined, and free as the control that shows the attempts
/// to be sound.
final class ConfinementIT {
  private static final Duration LIMIT = Duration.ofSeconds(60); // bounds a hang, measures nothing

  @TempDir private static Path directory = Path.of("");
  private static Path own = Path.of("");
  private static Path neighbour = Path.of("");
  private static Map<String, String> confined = Map.of();

  @BeforeAll
  static void confinedProcessTriesAll() throws Exception {
    Path real = directory.toRealPath();
    own = Files.createDirectories(real.resolve("air lock"));
    neighbour = site(real.resolve("site"));
    confined = outcomes("confined", own, neighbour);
  }

  private static Path site(Path site) throws IOException {
    Files.createDirectories(site);
    for (String name : List.of("patients.csv", "old.csv", "doomed.csv")) {
      Files.writeString(site.resolve(name), "id,age");
    }
    return site;
  }

  @Test
  void confinedProcessWorksInItsOwnDirectory() throws Exception {
    assertThat(confined)
        .containsEntry("own file", "mine")
        .containsEntry("own directory", "c")
        .containsEntry("rename within", "a.txt")
        .containsEntry("temporary file", "true")
        .containsEntry("random", "8")
        .containsEntry("class path", "ASN1Integer")
        .containsEntry("tls", "false") // no handshake yet: the engine and its trust store loaded
        .containsEntry("key", "ML-DSA")
        .containsEntry("socket", "true")
        .containsEntry("native library", "OrtEnvironment")
        .containsEntry("subprocess", "mine");
  }

  @Test
  void confinedProcessReachesNoNeighbour() throws Exception {
    assertThat(confined)
        .containsEntry("neighbour's file", "AccessDeniedException")
        .containsEntry("neighbour's directory", "AccessDeniedException")
        .containsEntry("dot dot", "AccessDeniedException")
        .containsEntry("symbolic link", "AccessDeniedException")
        .containsEntry("own root", "AccessDeniedException")
        .containsEntry("other's root", "AccessDeniedException")
        .containsEntry("other's environment", "AccessDeniedException")
        .containsEntry("other's open files", "AccessDeniedException")
        .containsEntry("other's maps", "AccessDeniedException")
        .containsEntry("another thread", "AccessDeniedException")
        .containsEntry("write", "AccessDeniedException")
        .containsEntry("overwrite", "AccessDeniedException")
        .containsEntry("delete", "AccessDeniedException")
        .containsEntry("list the root", "AccessDeniedException");
    // linking and moving across the border may also be refused as if it were another disk (EXDEV)
    assertThat(confined.get("hard link")).matches("AccessDeniedException|.*Invalid cross-device.*");
    assertThat(confined.get("move out")).matches("AccessDeniedException|.*Invalid cross-device.*");
    assertThat(confined.get("neighbour's file by cat")).endsWith("Permission denied");
    assertThat(Files.readString(neighbour.resolve("old.csv"))).isEqualTo("id,age");
    assertThat(neighbour.resolve("doomed.csv")).exists();
    assertThat(neighbour.resolve("b.txt")).doesNotExist();
  }

  @Test
  void confinedRootKeepsNoCapabilityButPassingOverModes() throws Exception {
    assertThat(confined.get("capabilities")).matches("CapEff 0{15}[02]");
  }

  @Test
  void confinedProcessCannotSignalOutside() throws Exception {
    int abi = Integer.parseInt(confined.getOrDefault("landlock", "abi 0").substring(4));
    assumeFalse(abi < 6, "this kernel's Landlock (ABI " + abi + ") does not govern signals");
    assertThat(confined.get("signal")).contains("Operation not permitted");
  }

  @Test
  void freeProcessCanDoAllOfThis() throws Exception {
    Path free = Files.createDirectories(own.resolveSibling("free"));
    Map<String, String> outcomes =
        outcomes("free", free, site(own.resolveSibling("site of the free")));
    assertThat(outcomes)
        .containsEntry("neighbour's file", "id,age")
        .containsEntry("dot dot", "id,age")
        .containsEntry("symbolic link", "id,age")
        .containsEntry("hard link", "id,age")
        .containsEntry("own root", "id,age")
        .containsEntry("other's root", "id,age")
        .containsEntry("other's environment", "false")
        .containsEntry("other's open files", "false")
        .containsEntry("other's maps", "false")
        .containsEntry("neighbour's file by cat", "id,age")
        .containsEntry("another thread", "id,age")
        .containsEntry("overwrite", "old.csv")
        .containsEntry("delete", "true")
        .containsEntry("list the root", "true")
        .containsEntry("signal", "sent");
  }

  @Test
  void claimOfAConfinementThatIsNotThereIsRefused() throws Exception {
    assumeFalse(Landlock.abi().failed(), "this kernel has no Landlock");
    Process process = processWith(Map.of("CAISSON_CONFINED", "1"), "confined", own, neighbour);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(output).contains("CAISSON_CONFINED is set, but this process is not confined");
    assertThat(output).doesNotContain("own file:");
  }

  @Test
  void refusesToConfineToTheRoot() {
    assertThatIllegalArgumentException().isThrownBy(() -> Confinement.to(Path.of("/tmp/..")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Confinement.to(own).reading(Path.of("/")));
  }

  private static Map<String, String> outcomes(String how, Path own, Path neighbour)
      throws Exception {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    try (Children children = new Children(Attempts.class)) {
      List<String> arguments =
          List.of(
              how,
              own.toString(),
              neighbour.toString(),
              Long.toString(ProcessHandle.current().pid()));
      ChildProcess child =
          children.start(new ChildPlan("attempts", own, 96, arguments), lines::add);
      child.ready(LIMIT);
    }
    Map<String, String> outcomes = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        outcomes.put(line.substring(0, colon), line.substring(colon + 2));
      }
    }
    assumeFalse(
        outcomes.containsKey("unavailable"), () -> "not tested: " + outcomes.get("unavailable"));
    return outcomes;
  }

  private static Process processWith(
      Map<String, String> environment, String how, Path own, Path neighbour) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Attempts.class.getName(),
            how,
            own.toString(),
            neighbour.toString(),
            "1");
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }
}

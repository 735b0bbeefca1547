package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caisson.cli.endtoend.Caisson.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A real airlock in whose home somebody has laid links into a site's home, which it could read but
/// for its confinement: same user, readable modes, sound content.
final class AirlockHomeIT {
  @TempDir private Path temporary = Path.of("");
  private Path home = Path.of("");
  private Path site = Path.of("");

  @BeforeEach
  void copyHomes() throws Exception {
    FinishedDemo demo = FinishedDemo.get();
    assumeTrue(
        demo.json().get("airlockConfined").booleanValue(),
        "this kernel has no Landlock: the airlock itself warns that nothing keeps it in");
    home = copy(demo.workdir().resolve("airlock"), temporary.toRealPath().resolve("airlock"));
    site = copy(demo.site("gbsg"), temporary.toRealPath().resolve("gbsg"));
  }

  @Test
  void airlockStartsInAHomeOfItsOwn() throws Exception {
    startsAndIsConfined();
  }

  @ParameterizedTest
  @CsvSource({
    "federation.roster, federation.roster",
    "researchers.roster, federation.roster",
    "reviewers.roster, federation.roster",
    "keys, keys"
  })
  void linkIntoASitesHomeIsRefused(String name, String target) throws Exception {
    List<String> before = contents();
    delete(home.resolve(name));
    Files.createSymbolicLink(home.resolve(name), site.resolve(target));
    Ended ended = serve().end();
    assertThat(ended.exitCode()).as(ended.out()).isEqualTo(1);
    assertThat(ended.out()).doesNotContain("READY");
    assertThat(ended.err())
        .contains("ermission denied", home.resolve(name).toString())
        .doesNotContain("\tat ");
    assertThat(contents()).isEqualTo(before);
  }

  /// The links are sound: where they lead to files of the airlock's own, it starts.
  @Test
  void linkWithinItsOwnHomeIsFollowed() throws Exception {
    Path roster = home.resolve("reviewers.roster");
    Files.move(roster, home.resolve("elsewhere.roster"));
    Files.createSymbolicLink(roster, home.resolve("elsewhere.roster"));
    startsAndIsConfined();
  }

  /// It goes on without a log file then, for its reviewers' sake, and logs to stderr.
  @Test
  void logIsNotWrittenIntoASitesHome() throws Exception {
    List<String> before = contents();
    delete(home.resolve("airlock-events.log"));
    Files.createSymbolicLink(home.resolve("airlock-events.log"), site.resolve("site-events.log"));
    startsAndIsConfined();
    assertThat(contents()).isEqualTo(before);
  }

  private void startsAndIsConfined() throws Exception {
    try (RunningCommand airlock = serve()) {
      airlock.await("READY", () -> airlock.out().contains("READY"));
      assertThat(airlock.out()).contains("\"confined\": true");
      assertThat(Path.of("/proc", Long.toString(airlock.pid()), "maps"))
          .content()
          .contains(
              "cli/target/caisson.aot"); // the one thing of ours that it reads beside its jars
      airlock.signal("TERM");
      assertThat(airlock.end().exitCode()).isEqualTo(143);
    }
  }

  /// Nobody listens at that coordinator; an airlock starts all the same.
  private RunningCommand serve() throws IOException {
    return new Caisson(temporary.toRealPath())
        .start("airlock", "serve", "--home", home.toString(), "--coordinator", "127.0.0.1:1");
  }

  /// Names and content of all files of the site.
  private List<String> contents() throws IOException {
    List<String> contents = new ArrayList<>();
    for (Path file : FinishedDemo.files(site)) {
      contents.add(file + " " + Arrays.hashCode(Files.readAllBytes(file)));
    }
    return contents;
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return to;
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(each);
      }
    }
  }
}

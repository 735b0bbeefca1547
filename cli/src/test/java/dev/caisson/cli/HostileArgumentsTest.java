package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Arguments that nobody gives in good faith: each is refused in a line, whatever a file holds.
@Timeout(60)
final class HostileArgumentsTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private int enrol(String coordinator, String token) {
    String home = folder.resolve("home").toString();
    return run("site", "enrol", "--home", home, "--coordinator", coordinator, "--token", token);
  }

  @Test
  void aFileWithoutEndIsNotReadForAToken() {
    assertThat(enrol("127.0.0.1:1", "@/dev/zero")).isEqualTo(2);
    assertThat(err.toString().lines().findFirst())
        .hasValueSatisfying(line -> assertThat(line).contains("this is not a token"));
  }

  @Test
  void aFolderIsNoToken() {
    assertThat(enrol("127.0.0.1:1", "@" + folder)).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            "caisson: %s is a folder; name the file that holds the token".formatted(folder));
    assertThat(enrol("127.0.0.1:1", "@" + folder.resolve("none"))).isEqualTo(1);
    assertThat(err.toString()).contains("no such file or directory: " + folder.resolve("none"));
  }

  /// Else whoever can write a file that is named after an '@' could add arguments.
  @Test
  void noOtherArgumentIsReadFromAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("more"), "--help");
    assertThat(run("version", "@" + file)).isEqualTo(2);
    assertThat(err.toString()).contains("unexpected argument '@" + file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b:7",
        "h\u001b[1m:7",
        "user@host:7",
        "[::1:7",
        "host:",
        ":7",
        "h:99999",
        "h:7:8"
      })
  void anAddressIsAHostAndAPort(String address) {
    assertThat(enrol(address, "x")).isEqualTo(2);
    assertThat(err.toString()).contains("is not HOST:PORT").doesNotContain("\u001b");
  }

  @Test
  void anIpv6AddressIsAnAddress() {
    assertThat(enrol("[::1]:7", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("this is not a token");
  }

  @Test
  void anErrorDoesNotRepeatWhatWouldSteerATerminal() {
    assertThat(run("status", "--home", folder.resolve("x\u001b[2J\u202ey").toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("x\\u001b[2J\\u202ey").doesNotContain("\u001b", "\u202e");
  }
}

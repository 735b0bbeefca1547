package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.airlock.policy.Policy;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Programs may call any command: `--json`, and the last line of stdout is one object.
final class JsonEverywhereTest {
  /// The commands without it, and why.
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "caisson coordinator run", "stays, and says READY with an object",
          "caisson site run", "stays, and says READY with an object",
          "caisson airlock serve", "stays, and says READY with an object",
          "caisson airlock policy print", "its output is the policy, a YAML file",
          "caisson bench rounds-bare", "hidden: a child of 'bench rounds', which has it",
          "caisson bench rounds-sites", "hidden: a child of 'bench rounds', which has it",
          "caisson bench rehearsal", "hidden: for the build, which reads no output",
          "caisson bench airlock-run", "hidden: a child of 'bench airlock', which has it",
          "caisson bench engine-run", "hidden: a child of 'bench engines', which has it",
          "caisson bench airlock-set-up", "hidden: a child of 'bench airlock', which has it");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyCommandThatEndsHasIt() {
    SortedMap<String, Boolean> commands = new TreeMap<>();
    walk(new CommandLine(new Main()), commands);
    assertThat(commands).hasSizeGreaterThan(45);
    SortedSet<String> without = new TreeSet<>();
    commands.forEach(
        (name, json) -> {
          if (!json) {
            without.add(name);
          }
        });
    assertThat(without).containsExactlyElementsOf(new TreeSet<>(EXCEPTIONS.keySet()));
  }

  private static void walk(CommandLine command, SortedMap<String, Boolean> commands) {
    if (command.getSubcommands().isEmpty()) {
      commands.put(
          command.getCommandSpec().qualifiedName(),
          command.getCommandSpec().findOption("--json") != null);
    }
    command.getSubcommands().values().forEach(sub -> walk(sub, commands));
  }

  @Test
  void aCoordinatorIsMadeAndItsMembersNamedForPrograms() throws IOException {
    String home = folder.resolve("coordinator").toString();
    JsonNode made = answer("coordinator", "init", "--home", home, "--federation", "north");
    assertThat(made.get("federation").textValue()).isEqualTo("north");
    assertThat(made.get("identity").textValue()).startsWith("sha256:");
    assertThat(made.get("words").textValue().split(" ")).hasSizeGreaterThan(5);
    assertThat(made.get("certificateDays").intValue()).isEqualTo(30);

    JsonNode mine = answer("site", "fingerprint", "--home", home);
    assertThat(mine.get("identity")).isEqualTo(made.get("identity"));
    assertThat(mine.get("words")).isEqualTo(made.get("words"));
    assertThat(mine.get("role").textValue()).isEqualTo("coordinator");

    JsonNode token =
        answer("coordinator", "token", "--home", home, "--role", "site", "--name", "east");
    assertThat(token.get("name").textValue()).isEqualTo("east");

    Path copy = folder.resolve("monday.zip");
    JsonNode saved = answer("backup", "--home", home, "--out", copy.toString());
    Path again = folder.resolve("again");
    JsonNode back = answer("restore", copy.toString(), "--home", again.toString());
    assertThat(saved.get("files").intValue()).isEqualTo(5);
    assertThat(back.get("files")).isEqualTo(saved.get("files"));
    assertThat(back.get("home").textValue()).isEqualTo(again.toString());
  }

  @Test
  void aSiteEnrolsAndSeesWhoTheOthersAreForPrograms() throws IOException {
    Path home = folder.resolve("coordinator");
    JsonNode made = answer("coordinator", "init", "--home", home.toString(), "--federation", "n");
    StoredKeys keys = StoredKeys.load(home.resolve("keys"));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Roster nobody = new Roster(Map.of());
    try (Coordinator coordinator =
        Coordinator.start(any, home, keys, nobody, Duration.ofSeconds(60))) {
      String at = "127.0.0.1:" + coordinator.port();
      String site = folder.resolve("east").toString();
      JsonNode enrolled =
          answer(
              "site",
              "enrol",
              "--home",
              site,
              "--coordinator",
              at,
              "--token",
              token("site", "east"));
      assertThat(enrolled.get("name").textValue()).isEqualTo("east");
      assertThat(enrolled.get("role").textValue()).isEqualTo("site");

      JsonNode list = answer("site", "roster", "--home", site);
      assertThat(list.get("accepted").booleanValue()).isFalse();
      assertThat(list.get("members").findValuesAsText("name"))
          .containsExactly("coordinator", "east");
      assertThat(list.get("members").get(0).get("identity")).isEqualTo(made.get("identity"));
      assertThat(list.get("members").get(1).get("words")).isEqualTo(enrolled.get("words"));
      assertThat(list.get("members").get(1).get("standing").textValue()).isEqualTo("new");
      JsonNode accepted =
          answer("site", "roster", "--home", site, "--accept", list.get("words").textValue());
      assertThat(accepted.get("accepted").booleanValue()).isTrue();
      assertThat(accepted.get("members").findValuesAsText("standing"))
          .containsExactly("same", "same");

      String admin = folder.resolve("ada").toString();
      String theirs = token("admin", "ada");
      answer("enrol", "--home", admin, "--coordinator", at, "--token", theirs);
      JsonNode out = answer("member", "revoke", "east", "--as", admin);
      assertThat(out.get("certificates").intValue()).isEqualTo(1);
      JsonNode again = answer("coordinator", "revoke", "ada", "--home", home.toString());
      assertThat(again.get("name").textValue()).isEqualTo("ada");
    }
  }

  private String token(String role, String name) throws IOException {
    String home = folder.resolve("coordinator").toString();
    return answer("coordinator", "token", "--home", home, "--role", role, "--name", name)
        .get("token")
        .textValue();
  }

  @Test
  void aPolicyIsSignedAndCheckedForPrograms() throws IOException {
    Path policy = Files.write(folder.resolve("policy.yaml"), Policy.standardText());
    JsonNode signed = answer("airlock", "policy", "sign", policy.toString());
    assertThat(signed.get("madeKey").booleanValue()).isTrue();
    JsonNode checked = answer("airlock", "policy", "check", policy.toString());
    assertThat(checked.get("signed").booleanValue()).isTrue();
    assertThat(checked.get("limits").get("attacks.auc-block").doubleValue()).isEqualTo(0.65);
    assertThat(checked.get("loosened")).isEmpty();
  }

  @Test
  void aBundleThatIsNoneIsAnObjectTooAndExitCodeOne() throws IOException {
    assertThat(run("verify", folder.toString(), "--json")).isEqualTo(1);
    JsonNode said = new ObjectMapper().readTree(out.toString());
    assertThat(said.get("verified").booleanValue()).isFalse();
    assertThat(said.get("problems").get(0).get("what").textValue()).isNotBlank();
  }

  @Test
  void theVersionIsAnObject() throws IOException {
    assertThat(answer("version").get("version").textValue()).isEqualTo(Build.read().version());
  }

  /// What the command says with `--json`: exactly one line, an object.
  private JsonNode answer(String... arguments) throws IOException {
    out.getBuffer().setLength(0);
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    assertThat(run(all)).as(err.toString()).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    JsonNode said = new ObjectMapper().readTree(out.toString());
    assertThat(said.isObject()).isTrue();
    return said;
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}

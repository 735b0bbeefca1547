package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.cli.endtoend.Caisson.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that cannot do what they are told: each says why in words, with the right exit code,
/// and leaves no process.
final class RefusedCommandIT {
  @TempDir private Path temporary = Path.of("");
  private Path directory = Path.of("");

  @BeforeEach
  void real() throws IOException {
    directory = temporary.toRealPath();
  }

  @Test
  void takenPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      String error = failure("demo", "--workdir", work(), "--port", port);
      assertThat(error).contains(port, "in use");
    }
  }

  @Test
  void folderWithFilesIsLeftAsItIs() throws Exception {
    Path work = Files.createDirectory(directory.resolve("work"));
    Files.writeString(work.resolve("thesis.txt"), "three years");
    assertThat(line(failure("demo", "--workdir", work.toString())))
        .contains("is not empty", work());
    assertThat(FinishedDemo.files(work)).containsExactly(work.resolve("thesis.txt"));
  }

  @Test
  void fileInTheWayIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("work"), "a file");
    assertThat(line(failure("demo", "--workdir", file.toString())))
        .contains("is not a directory", file.toString());
    assertThat(line(failure("demo", "--workdir", file.resolve("beneath").toString())))
        .contains("cannot write in", file.toString());
    assertThat(file).hasContent("a file");
  }

  @Test
  void folderThatCannotBeMadeIsNamed() throws Exception {
    assertThat(line(failure("demo", "--workdir", "/proc/caisson"))) // refused to root too
        .contains("cannot write in /proc/caisson", "--workdir");
  }

  @Test
  void cellOfTheWrongTypeIsNamed() throws Exception {
    List<String> lines = table("gbsg");
    lines.set(2, lines.get(2).replaceFirst(",[0-9]+,", ",old,"));
    assertThat(badTable("gbsg", lines)).contains("gbsg", "line 3", "column 'age'", "old");
  }

  @Test
  void doubledIdIsNamed() throws Exception {
    List<String> lines = table("rotterdam-early");
    lines.add(lines.get(1));
    assertThat(badTable("rotterdam-early", lines))
        .contains("rotterdam-early", "line " + lines.size(), "column 'id'");
  }

  @Test
  void missingColumnIsNamed() throws Exception {
    List<String> lines = table("rotterdam-late");
    lines.replaceAll(line -> line.replaceFirst(",[^,]*$", "")); // the label is the last one
    assertThat(badTable("rotterdam-late", lines)).contains("rotterdam-late", "event_3y");
  }

  @Test
  void tooFewTablesAreRefusedWithTheReason() throws Exception {
    Path data = tables();
    Files.delete(data.resolve("gbsg.csv"));
    assertThat(line(failure("demo", "--workdir", work(), "--data", data.toString())))
        .contains("has 2 tables", "3 or more");
  }

  @Test
  void planWithAnUnknownKeyIsNamedWithWhatWasMeant() throws Exception {
    assertThat(line(badPlan("rounds:", "ronuds:")))
        .containsPattern("plan\\.yaml.*line 6.*'ronuds'")
        .contains("rounds");
  }

  @Test
  void planWithNegativeRoundsIsNamed() throws Exception {
    assertThat(line(badPlan("rounds: 3", "rounds: -3")))
        .containsPattern("plan\\.yaml.*line 6.*rounds.*-3");
  }

  @Test
  void planThatIsNotThereIsNamed() throws Exception {
    assertThat(line(failure("study", "submit", "none.yaml", "--as", work())))
        .contains("none.yaml: there is no such plan");
  }

  @Test
  void coordinatorThatDoesNotAnswerIsNamed() throws Exception {
    FinishedDemo demo = FinishedDemo.get(); // its coordinator has ended
    Path me = demo.workdir().resolve("people/researcher");
    assertThat(line(failure("study", "submit", demo.plan().toString(), "--as", me.toString())))
        .contains("coordinator");
    assertThat(line(failure("study", "list", "--as", me.toString()))).contains("coordinator");
  }

  @Test
  void wrongArgumentsAreTwoLinesAndExitCodeTwo() throws Exception {
    for (List<String> wrong :
        List.of(
            List.of("demo", "--rounds", "-1"),
            List.of("demo", "--rounds", "many"),
            List.of("demo", "--ruonds", "3"),
            List.of("demonstrate"),
            List.of("study", "submit"),
            List.<String>of())) {
      Ended ended = new Caisson(directory).run(wrong.toArray(String[]::new));
      assertThat(ended.exitCode()).as("%s", wrong).isEqualTo(2);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err().lines()).as("%s", wrong).hasSize(2);
      assertThat(ended.err()).startsWith("caisson").contains("--help");
    }
    assertThat(directory.resolve("cache/demo")).doesNotExist();
  }

  /// A plan in which one text stands for another.
  private String badPlan(String text, String instead) throws IOException, InterruptedException {
    String plan = Files.readString(FinishedDemo.get().plan());
    assertThat(plan).contains(text);
    Path file = Files.writeString(directory.resolve("plan.yaml"), plan.replaceFirst(text, instead));
    return failure("study", "submit", file.toString(), "--as", work());
  }

  private String badTable(String site, List<String> lines)
      throws IOException, InterruptedException {
    Path data = tables();
    Files.write(data.resolve(site + ".csv"), lines);
    String error = failure("demo", "--workdir", work(), "--data", data.toString());
    assertThat(line(error)).contains(data.resolve(site + ".csv").toString());
    return error;
  }

  private static List<String> table(String site) throws IOException {
    return new ArrayList<>(Files.readAllLines(demoData().resolve(site + ".csv")));
  }

  private Path tables() throws IOException {
    Path data = Files.createDirectory(directory.resolve("tables"));
    for (Path file : FinishedDemo.files(demoData())) {
      Files.copy(file, data.resolve(demoData().relativize(file)));
    }
    return data;
  }

  private static Path demoData() {
    return Caisson.PROJECT.resolve("demo-data");
  }

  private String work() {
    return directory.resolve("work").toString();
  }

  /// What a command that fails says on stderr.
  private String failure(String... arguments) throws IOException, InterruptedException {
    Ended ended = new Caisson(directory).run(arguments);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    assertThat(ended.err()).startsWith("caisson: ").doesNotContain("\tat ", "Exception");
    RunningCommand.awaitNoneNaming(directory);
    return ended.err();
  }

  private static String line(String error) {
    assertThat(error.lines()).as(error).hasSize(1);
    return error;
  }
}

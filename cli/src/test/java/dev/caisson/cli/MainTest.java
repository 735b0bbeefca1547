package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

final class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void versionNamesWhatABugReportNeeds() {
    assertThat(run("version")).isZero();
    assertThat(out.toString())
        .contains("caisson " + Build.read().version(), "commit", "jdk     25", "system  ");
    assertThat(Build.read().version()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void helpIsShownForTheRootAndForACommand() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("usage: caisson")
        .containsPattern("version +Show the version");
    assertThat(run("version", "--help")).isZero();
    assertThat(out.toString()).contains("usage: caisson version");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void noCommandAtAllIsAUsageError() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("caisson: a command is needed", "try: caisson --help");
  }

  @Test
  void unknownCommandGetsItsNearestName() {
    assertThat(run("versoin")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "caisson: unknown command 'versoin'", "did you mean 'version'? try: caisson --help");
  }

  @Test
  void unknownOptionGetsItsNearestName() {
    assertThat(run("fail", "IO", "--round", "3")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "caisson fail: unknown option '--round'",
            "did you mean '--rounds'? try: caisson fail --help");
  }

  @Test
  void missingArgumentIsNamed() {
    assertThat(run("fail")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "caisson fail: missing required parameter: 'KIND'", "try: caisson fail --help");
  }

  @Test
  void valueOfTheWrongTypeIsNamed() {
    assertThat(run("fail", "IO", "--rounds", "many")).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElse(""))
        .startsWith("caisson fail: invalid value for option '--rounds'")
        .contains("many");
  }

  @Test
  void superfluousArgumentIsNamed() {
    assertThat(run("version", "now")).isEqualTo(2);
    assertThat(err.toString()).startsWith("caisson version: unexpected argument 'now'");
  }

  @Test
  void failureIsOneLineWithItsCausesAndExitCodeOne() {
    assertThat(run("fail", "IO")).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly("caisson: cannot read the plan: no such file or directory: plan.yaml");
  }

  @Test
  void completeFailureIsShownAsItStands() {
    assertThat(run("fail", "COMPLETE")).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly("caisson: port 7000 is taken: choose another with --port");
  }

  @Test
  void verboseAddsTheTrace() {
    assertThat(run("fail", "COMPLETE", "--verbose")).isEqualTo(1);
    assertThat(err.toString().lines().count()).isGreaterThan(3);
    assertThat(err.toString()).contains("\tat dev.caisson.cli.MainTest");
  }

  @Test
  void errorOfTheMachineIsOneLineToo() {
    assertThat(run("fail", "NATIVE")).isEqualTo(1);
    assertThat(err.toString().lines()).containsExactly("caisson: no torch in java.library.path");
  }

  @Test
  void ownExitCodeOfACommandIsKept() {
    assertThat(run("fail", "NONE")).isEqualTo(3);
    assertThat(err.toString()).isEmpty();
  }

  private int run(String... args) {
    Main main = new Main();
    CommandLine tree =
        new CommandLine(main)
            .addSubcommand(new Fail())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    return Main.execute(tree, main, args);
  }

  private enum Kind {
    IO,
    COMPLETE,
    NATIVE,
    NONE
  }

  @Command(name = "fail")
  private static final class Fail implements Callable<Integer> {
    @Parameters(paramLabel = "KIND")
    private Kind kind = Kind.NONE;

    @Option(names = "--rounds")
    @SuppressWarnings("unused") // only parsed
    private int rounds;

    @Override
    public Integer call() throws Exception {
      return switch (kind) {
        case IO ->
            throw new IOException("cannot read the plan", new NoSuchFileException("plan.yaml"));
        case COMPLETE ->
            throw new CommandFailure(
                "port 7000 is taken: choose another with --port", new IOException("bind"));
        case NATIVE -> throw new UnsatisfiedLinkError("no torch in java.library.path");
        case NONE -> 3;
      };
    }
  }
}

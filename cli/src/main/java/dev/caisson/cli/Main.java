package dev.caisson.cli;

import dev.caisson.cli.bench.BenchCommand;
import dev.caisson.cli.demo.DemoCommand;
import dev.caisson.cli.enrol.EnrolCommand;
import dev.caisson.cli.enrol.MemberCommand;
import dev.caisson.cli.local.ModelCommand;
import dev.caisson.cli.local.ScoreCommand;
import dev.caisson.cli.local.TrainCommand;
import dev.caisson.cli.log.Logging;
import dev.caisson.cli.operations.BackupCommand;
import dev.caisson.cli.operations.RestoreCommand;
import dev.caisson.cli.operations.StatusCommand;
import dev.caisson.cli.people.AirlockCommand;
import dev.caisson.cli.people.StudyCommand;
import dev.caisson.cli.people.VerifyCommand;
import dev.caisson.cli.run.CoordinatorCommand;
import dev.caisson.cli.run.SiteCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The root of the command tree and the entry of every Caisson process.
///
/// Exit codes: 0 done, 1 failed (one line on stderr says why), 2 wrong arguments (one line says
/// which, a second what to try), 130 interrupted. A command may define further codes above 2.
///
/// A new command is a class beside this one with `@Command(name = ...)` that implements
/// `Callable<Integer>`, named in the list of subcommands below.
@Command(
    name = "caisson",
    header = "Trains models where the data lives and lets none out unreviewed.",
    description = "Begin with 'caisson demo', which needs nothing prepared.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      CoordinatorCommand.class,
      SiteCommand.class,
      EnrolCommand.class,
      MemberCommand.class,
      AirlockCommand.class,
      StudyCommand.class,
      VerifyCommand.class,
      StatusCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      BenchCommand.class,
      ModelCommand.class,
      TrainCommand.class,
      ScoreCommand.class,
      DevicesCommand.class,
      VersionCommand.class
    })
public final class Main implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and show the stack trace of a failure.")
  private boolean verbose;

  public static void main(String[] args) {
    Logging.prepare();
    Thread.setDefaultUncaughtExceptionHandler(ErrorReport::uncaught);
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    System.exit(run(out, err, args));
  }

  /// Runs one command line and returns its exit code; never throws for anything that a command
  /// does.
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine tree = new CommandLine(main).setOut(out).setErr(err);
    return execute(tree, main, args);
  }

  /// The same for a tree that a test has added commands to.
  static int execute(CommandLine tree, Main main, String... args) {
    style(tree);
    ErrorReport report = new ErrorReport(() -> main.verbose);
    tree.setExpandAtFiles(false) // an argument is what it says, not what some file does
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(report)
        .setExecutionExceptionHandler(report)
        .setExecutionStrategy(
            parsed -> {
              if (main.verbose) {
                Logging.verbose();
              }
              return new CommandLine.RunLast().execute(parsed);
            });
    try {
      return tree.execute(args);
    } catch (Error e) {
      // picocli leaves errors to the JVM, which would print a bare trace: a missing native library
      // or a full heap deserves words too. The process ends with this.
      return report.fatal(e, tree);
    }
  }

  private static void style(CommandLine tree) {
    tree.getCommandSpec()
        .usageMessage()
        .synopsisHeading("usage: ")
        .descriptionHeading("%n")
        .parameterListHeading("%nArguments%n")
        .optionListHeading("%nOptions%n")
        .commandListHeading("%nCommands%n");
    tree.getSubcommands().values().forEach(Main::style);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }
}

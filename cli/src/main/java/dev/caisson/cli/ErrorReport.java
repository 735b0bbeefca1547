package dev.caisson.cli;

import dev.caisson.cli.answer.PlainText;
import dev.caisson.cli.failure.CauseInWords;
import dev.caisson.cli.log.Logging;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns what went wrong into one line on stderr and an exit code: 2 with a hint for arguments, 1
/// with the chain of causes for failures. Traces appear only with `--verbose`.
final class ErrorReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final BooleanSupplier verbose;

  ErrorReport(BooleanSupplier verbose) {
    this.verbose = verbose;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = PlainText.over(command.getErr());
    err.println(name + ": " + reason(e));
    err.println(hint(e, name));
    return ExitCode.USAGE;
  }

  private static String reason(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String first = unmatched.getUnmatched().getFirst();
      if (unmatched.isUnknownOption()) {
        return "unknown option '%s'".formatted(first);
      }
      return takesCommands(e)
          ? "unknown command '%s'".formatted(first)
          : "unexpected argument '%s'".formatted(first);
    }
    String message = CauseInWords.firstLine(e);
    return Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private static String hint(ParameterException e, String name) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        String option = near.getFirst().split("[ =]", 2)[0];
        return "did you mean '%s'? try: %s --help".formatted(option, name);
      }
    }
    return "try: %s --help".formatted(name);
  }

  private static boolean takesCommands(ParameterException e) {
    return !e.getCommandLine().getSubcommands().isEmpty();
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return fatal(e, command);
  }

  /// Says nothing while the JVM already ends: whoever interrupted it knows why.
  int fatal(Throwable e, CommandLine command) {
    if (isShuttingDown()) {
      return ExitCode.SOFTWARE;
    }
    PrintWriter err = PlainText.over(command.getErr());
    err.println("caisson: " + CauseInWords.of(e));
    if (verbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    err.flush();
    return ExitCode.SOFTWARE;
  }

  private static boolean isShuttingDown() {
    Thread probe = new Thread(() -> {}, "shutdown-probe");
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true; // hooks can no longer be added: the only way Java tells
    }
  }

  /// The last resort of threads that no command waits for: a line, and the trace in the log.
  static void uncaught(Thread thread, Throwable e) {
    System.err.println(
        PlainText.of("caisson: in thread " + thread.getName() + ": " + CauseInWords.of(e)));
    Logging.uncaught(thread, e);
  }
}

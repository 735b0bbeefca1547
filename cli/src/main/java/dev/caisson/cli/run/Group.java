package dev.caisson.cli.run;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A command that only holds others: called alone it says so.
public abstract class Group implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private CommandSpec spec;

  @Override
  public final void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is needed after '%s': %s"
            .formatted(spec.name(), String.join(", ", spec.subcommands().keySet())));
  }
}

package dev.caisson.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `caisson version`: what a bug report needs.
@Command(name = "version", description = "Show the version, the commit, the JDK and the system.")
final class VersionCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private CommandSpec spec;

  @Override
  public void run() {
    Build build = Build.read();
    spec.commandLine()
        .getOut()
        .printf(
            """
            caisson %s
            commit  %s
            jdk     %s, %s
            system  %s %s, %s
            """,
            build.version(),
            build.commit(),
            System.getProperty("java.vm.version"),
            System.getProperty("java.vendor"),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
  }
}

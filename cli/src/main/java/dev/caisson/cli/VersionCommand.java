package dev.caisson.cli;

import dev.caisson.cli.answer.Answer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `caisson version`: what a bug report needs.
@Command(name = "version", description = "Show the version, the commit, the JDK and the system.")
final class VersionCommand implements Runnable {
  @Mixin private final Answer answer = new Answer();

  @Override
  public void run() {
    Build build = Build.read();
    String system =
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"));
    String jdk =
        "%s, %s"
            .formatted(System.getProperty("java.vm.version"), System.getProperty("java.vendor"));
    answer.give(
        Answer.object()
            .put("version", build.version())
            .put("commit", build.commit())
            .put("jdk", jdk)
            .put("system", system),
        "caisson " + build.version(),
        "commit  " + build.commit(),
        "jdk     " + jdk,
        "system  " + system);
  }
}

package dev.caisson.cli.enrol;

import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Words;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `caisson site fingerprint`.
@Command(
    name = "fingerprint",
    description = "Show by which words others know this site's signature. Nothing is sent.")
public final class FingerprintCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--home", required = true, paramLabel = "DIR", description = "The site's home.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Override
  public Integer call() throws IOException {
    KeyFiles keys = KeyFiles.load(home.resolve("keys"));
    Digest fingerprint = keys.identity().identity().fingerprint();
    PrintWriter out = spec.commandLine().getOut();
    out.println(keys.self());
    out.println(Words.ofOne(fingerprint));
    out.println(fingerprint);
    return 0;
  }
}

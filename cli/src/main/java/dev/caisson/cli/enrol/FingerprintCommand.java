package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson site fingerprint`.
@Command(
    name = "fingerprint",
    description =
        "Show by which words others know the signature of a site, or of whoever's home it is. Nothing"
            + " is sent.")
public final class FingerprintCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Option(names = "--home", required = true, paramLabel = "DIR", description = "The home.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Override
  public Integer call() throws IOException {
    KeyFiles keys = KeyFiles.load(home.resolve("keys"));
    Digest fingerprint = keys.identity().identity().fingerprint();
    answer.give(
        Answer.object()
            .put("name", keys.self().name())
            .put("role", keys.self().role().label())
            .put("identity", fingerprint.toString())
            .put("words", Words.ofOne(fingerprint)),
        keys.self().toString(),
        Words.ofOne(fingerprint),
        fingerprint.toString());
    return 0;
  }
}

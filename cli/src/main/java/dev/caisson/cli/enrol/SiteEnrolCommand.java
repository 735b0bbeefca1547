package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.enrol.Enroller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.WholeFile;
import dev.caisson.trust.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `caisson site enrol`.
@Command(
    name = "enrol",
    description =
        "Make a site's home and keys, and have them certified with a token. The private keys stay"
            + " here. Safe to repeat.")
public final class SiteEnrolCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Mixin private final Enrolling enrolling = new Enrolling();

  @Override
  public Integer call() throws IOException, CommandFailure {
    Path home = enrolling.home();
    Enroller.Enrolled enrolled = enrolling.enrol(Set.of(Role.SITE), fresh -> complete(home, fresh));
    answer.give(
        enrolling.object(enrolled),
        "%s is the home of %s".formatted(home, enrolled.keys().self()),
        "identity   " + Words.ofOne(enrolled.keys().identity().identity().fingerprint()),
        "",
        "next:",
        "  put the table and its description there, and edit site.yaml",
        "  caisson site check --home " + home,
        "  when all sites are enrolled: caisson site roster --home " + home);
    return 0;
  }

  private void complete(Path home, Enroller.Enrolled enrolled) throws IOException {
    WholeFile.replace(home.resolve("coordinator.identity"), enrolled.coordinator().encoded());
    if (Files.notExists(home.resolve("split.key"))) {
      SplitKey secret = SplitKey.generate();
      secret.store(home.resolve("split.key"));
      secret.close();
    }
    if (Files.notExists(home.resolve("site.yaml"))) {
      WholeFile.replace(
          home.resolve("site.yaml"),
          SiteTemplate.text(enrolling.coordinator().host(), enrolling.coordinator().port())
              .getBytes(StandardCharsets.UTF_8));
    }
  }
}

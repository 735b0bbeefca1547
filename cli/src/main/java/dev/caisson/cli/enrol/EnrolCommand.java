package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.people.Desk;
import dev.caisson.cli.run.HostAndPort;
import dev.caisson.protocol.enrol.Enroller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.WholeFile;
import dev.caisson.trust.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson enrol`: for people, and for the airlock.
@Command(
    name = "enrol",
    description =
        "Make your home and keys in a federation, or the airlock's, and have them certified with a"
            + " token. The private keys stay here. Safe to repeat. A site's: 'caisson site enrol'.")
public final class EnrolCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Mixin private final Enrolling enrolling = new Enrolling();

  @Option(
      names = "--airlock",
      paramLabel = "HOST:PORT",
      converter = HostAndPort.Converter.class,
      description = "Where the airlock listens, for researchers and reviewers.")
  private @Nullable HostAndPort airlock;

  @Override
  public Integer call() throws IOException, CommandFailure {
    Enroller.Enrolled enrolled =
        enrolling.enrol(
            EnumSet.complementOf(EnumSet.of(Role.SITE, Role.COORDINATOR)), this::complete);
    List<String> words = new ArrayList<>();
    words.add("%s is the home of %s".formatted(enrolling.home(), enrolled.keys().self()));
    words.add("identity   " + Words.ofOne(enrolled.keys().identity().identity().fingerprint()));
    if (enrolled.keys().self().role() == Role.AIRLOCK) {
      words.add(
          "next: when everybody is enrolled, caisson airlock roster --home %s --coordinator HOST:PORT"
              .formatted(enrolling.home()));
    }
    answer.give(enrolling.object(enrolled), words);
    return 0;
  }

  private void complete(Enroller.Enrolled enrolled) throws IOException {
    if (enrolled.keys().self().role() != Role.AIRLOCK) {
      WholeFile.replace(
          enrolling.home().resolve("federation.yaml"),
          Desk.yaml(
                  new Desk.Address(enrolling.coordinator().host(), enrolling.coordinator().port()),
                  Optional.ofNullable(airlock).map(a -> new Desk.Address(a.host(), a.port())))
              .getBytes(StandardCharsets.UTF_8));
    }
  }
}

package dev.caisson.cli.enrol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.run.HostAndPort;
import dev.caisson.protocol.enrol.Enroller;
import dev.caisson.protocol.enrol.Token;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Digest;
import dev.caisson.trust.WholeFile;
import dev.caisson.trust.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What every enrolment is told. One that broke half-way may be given again.
final class Enrolling {
  private static final int MOST_BYTES = 4096;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "The home to make; keys are made there and never leave it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(
      names = "--coordinator",
      required = true,
      paramLabel = "HOST:PORT",
      converter = HostAndPort.Converter.class,
      description = "Where the coordinator listens.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private HostAndPort coordinator;

  @Option(
      names = "--token",
      required = true,
      paramLabel = "TOKEN",
      description =
          "The token, as whoever runs the coordinator gave it to you; '@FILE' reads it from a file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String token;

  Path home() {
    return home;
  }

  HostAndPort coordinator() {
    return coordinator;
  }

  /// What became of it, for programs.
  ObjectNode object(Enroller.Enrolled enrolled) {
    Digest identity = enrolled.keys().identity().identity().fingerprint();
    return Answer.object()
        .put("home", home.toString())
        .put("name", enrolled.keys().self().name())
        .put("role", enrolled.keys().self().role().label())
        .put("identity", identity.toString())
        .put("words", Words.ofOne(identity));
  }

  /// Enrols the home as one of these roles; `rest` writes what is not keys.
  Enroller.Enrolled enrol(Set<Role> roles, Enroller.RestOfHome rest)
      throws IOException, CommandFailure {
    Token parsed;
    try {
      parsed = Token.parse(token.startsWith("@") ? read(Path.of(token.substring(1))) : token);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
    if (Files.exists(home.resolve("keys").resolve("tls.pem"))) {
      throw new CommandFailure(
          "%s is enrolled already; a home is made once. If its certificate has ended, move its keys"
                  .formatted(home)
              + "/tls.pem away and enrol again with a token for the same identity");
    }
    Files.createDirectories(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    WholeFile.removeOldDrafts(home);
    return Enroller.enrol(
        home.resolve("keys"), coordinator.host(), coordinator.port(), parsed, roles, rest);
  }

  /// A file is read as far as a token can be long.
  private static String read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("%s is a folder; name the file that holds the token".formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
    }
  }
}

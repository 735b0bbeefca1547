package dev.caisson.cli.demo;

import dev.caisson.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The demo's one directory: private to its user, empty at first, kept afterwards.
final class Workdir {
  private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private Workdir() {}

  /// The directory that was named, or a fresh one in the user's cache.
  static Path prepare(@Nullable Path named) throws CommandFailure {
    Path folder = (named == null ? fresh() : named).toAbsolutePath().normalize();
    try {
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new CommandFailure("%s is not a directory: name another --workdir".formatted(folder));
      }
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new CommandFailure(
              "%s is not empty: the demo keeps what was there; name another --workdir"
                  .formatted(folder));
        }
      }
      Files.delete(Files.createTempFile(folder, "probe", ""));
      return folder.toRealPath();
    } catch (FileSystemException e) {
      throw new CommandFailure(
          "cannot write in %s (%s): name another --workdir"
              .formatted(folder, e.getReason() == null ? "not permitted" : e.getReason()),
          e);
    } catch (IOException e) {
      throw new CommandFailure("cannot write in %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static Path fresh() {
    String cache = System.getenv("CAISSON_CACHE");
    Path root =
        cache != null && !cache.isBlank()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache", "caisson");
    return root.resolve("demo")
        .resolve(
            NAME.format(LocalDateTime.now(ZoneId.systemDefault()))
                + "-"
                + ProcessHandle.current().pid());
  }
}

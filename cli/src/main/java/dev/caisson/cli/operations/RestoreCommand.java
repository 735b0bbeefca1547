package dev.caisson.cli.operations;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `caisson restore`: a home again, from a backup.
@Command(
    name = "restore",
    description = {
      "Make a home from a backup; every file is checked against the backup's list.",
      "Two processes with one identity harm each other: be sure that the old one is gone."
    })
public final class RestoreCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Parameters(paramLabel = "FILE", description = "What 'caisson backup' wrote.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "Where to put the home; it must not be there, or be empty.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Override
  public Integer call() throws IOException, CommandFailure {
    Path target = home.toAbsolutePath().normalize();
    if (!Files.isRegularFile(file)) {
      throw new CommandFailure("%s is no file".formatted(file));
    }
    requireFree(target);
    Path beside = target.resolveSibling(target.getFileName() + ".part");
    if (Files.exists(beside)) {
      throw new CommandFailure(
          "%s is left from a restore that did not end: delete it first".formatted(beside));
    }
    Files.createDirectories(
        beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    boolean whole = false;
    try {
      int files = Archive.unpack(file, beside);
      if (!Files.isDirectory(beside.resolve("keys"))) {
        throw new CommandFailure("%s holds no home: there are no keys in it".formatted(file));
      }
      Caller owner = KeyFiles.load(beside.resolve("keys")).self();
      Files.deleteIfExists(target); // empty
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      whole = true;
      answer.give(
          Answer.object()
              .put("home", target.toString())
              .put("files", files)
              .put("name", owner.name())
              .put("role", owner.role().label()),
          "%d files: the home of %s is in %s".formatted(files, owner, target));
      return 0;
    } finally {
      if (!whole) {
        delete(beside);
      }
    }
  }

  private static void requireFree(Path target) throws IOException, CommandFailure {
    if (!Files.exists(target)) {
      return;
    }
    try (Stream<Path> inside = Files.list(target)) {
      if (inside.findAny().isPresent()) {
        throw new CommandFailure(
            "%s is not empty: a home is not mixed with another; name a new folder"
                .formatted(target));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}

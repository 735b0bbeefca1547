package dev.caisson.cli.operations;

import dev.caisson.protocol.operations.HomeLock;
import dev.caisson.protocol.operations.Operations;
import dev.caisson.protocol.operations.Status;
import dev.caisson.server.store.CoordinatorDatabase;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Which files of a home a backup holds: everything that its process would miss, and nothing that
/// belongs to one run of it. Links are left out, and named ([#links]): what they point to is
/// somebody else's.
final class HomeFiles {
  /// One run's own.
  private static final Set<String> OF_A_RUN =
      Set.of(HomeLock.FILE, Status.FILE, Operations.METRICS, "rounds", "scratch");

  private HomeFiles() {}

  /// Paths relative to the home, in order.
  static Set<Path> of(Path home) throws IOException {
    return found(home, file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
  }

  /// The links in a home, relative to it, in order: what is behind them a backup does not hold.
  static Set<Path> links(Path home) throws IOException {
    return found(home, Files::isSymbolicLink);
  }

  private static Set<Path> found(Path home, Predicate<Path> wanted) throws IOException {
    Set<Path> files = new TreeSet<>();
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return isOfARun(home.relativize(folder))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Path relative = home.relativize(file);
            if (wanted.test(file) && !isOfARun(relative)) {
              files.add(relative);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // it was of a round that is over
            }
            throw e;
          }
        });
    return files;
  }

  private static boolean isOfARun(Path relative) {
    String name = String.valueOf(relative.getFileName());
    return OF_A_RUN.contains(relative.toString())
        || name.endsWith(".part")
        || name.equals(CoordinatorDatabase.FILE + "-wal")
        || name.equals(CoordinatorDatabase.FILE + "-shm")
        || name.startsWith("sqlite-");
  }
}

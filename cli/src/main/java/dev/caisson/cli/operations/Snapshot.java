package dev.caisson.cli.operations;

import dev.caisson.server.store.CoordinatorDatabase;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The files of a home as they were together, while its process goes on. A coordinator's database
/// is copied by SQLite in one transaction; the blobs are held by hard links made before and after
/// it, so that whatever that transaction names is there however soon the coordinator deletes it.
/// Files of other kinds are replaced whole by their writers, or only grow.
final class Snapshot implements AutoCloseable {
  private static final Path BLOBS = Path.of("blobs");
  private static final Path DATABASE = Path.of(CoordinatorDatabase.FILE);

  private final Path home;
  private final Path staged;

  private Snapshot(Path home, Path staged) {
    this.home = home;
    this.staged = staged;
  }

  static Snapshot of(Path home) throws IOException {
    Path staged =
        Files.createDirectory(
            home.resolve("backup-%d.part".formatted(ProcessHandle.current().pid())),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Snapshot snapshot = new Snapshot(home, staged);
    boolean whole = false;
    try {
      snapshot.linkBlobs();
      if (Files.exists(home.resolve(DATABASE))) {
        CoordinatorDatabase.copy(home, staged.resolve(DATABASE));
        snapshot.linkBlobs();
      }
      whole = true;
      return snapshot;
    } finally {
      if (!whole) {
        snapshot.close();
      }
    }
  }

  /// Paths relative to the home, in order.
  Set<Path> files() throws IOException {
    Set<Path> files = new TreeSet<>();
    for (Path file : HomeFiles.of(home)) {
      if (!isStaged(file)) {
        files.add(file);
      }
    }
    try (Stream<Path> walk = Files.walk(staged)) {
      walk.filter(Files::isRegularFile).map(staged::relativize).forEach(files::add);
    }
    return files;
  }

  /// Where the content of one of them is now.
  Path source(Path file) {
    return (isStaged(file) ? staged : home).resolve(file);
  }

  private static boolean isStaged(Path file) {
    return file.startsWith(BLOBS) || file.equals(DATABASE);
  }

  private void linkBlobs() throws IOException {
    if (!Files.isDirectory(home.resolve(BLOBS))) {
      return;
    }
    for (Path file : HomeFiles.of(home.resolve(BLOBS))) {
      Path link = staged.resolve(BLOBS).resolve(file);
      Path folder = link.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try {
        Files.createLink(link, home.resolve(BLOBS).resolve(file));
      } catch (FileAlreadyExistsException _) {
        // from the first time
      } catch (NoSuchFileException _) {
        // deleted since it was listed: nothing that is kept names it
      }
    }
  }

  @Override
  public void close() throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(staged)) {
      walk.forEach(all::add);
    }
    all.sort(Comparator.reverseOrder());
    for (Path path : all) {
      Files.delete(path);
    }
  }
}

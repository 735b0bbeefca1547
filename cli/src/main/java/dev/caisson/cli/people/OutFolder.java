package dev.caisson.cli.people;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.airlock.assess.Assessed;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.cli.failure.CauseInWords;
import dev.caisson.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// The folder of an assessment's results: all of it or nothing. Written as a draft beside it and
/// moved into place; a folder that is there already is refused before any work, unless it is empty.
/// Only its owner may read it: the full dossier stays inside. The draft goes when this is closed or
/// the command is interrupted.
final class OutFolder implements AutoCloseable {
  private final Path folder;
  private final Path draft;
  private final Thread whenInterrupted = new Thread(this::removeQuietly, "remove-draft");

  private OutFolder(Path folder, Path draft) {
    this.folder = folder;
    this.draft = draft;
  }

  static OutFolder at(Path folder) throws IOException, CommandFailure {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new CommandFailure("cannot write %s: its folder does not exist".formatted(folder));
    }
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !isEmptyFolder(folder)) {
      throw new CommandFailure(
          "%s is there already; name a new folder, so that no dossier is overwritten"
              .formatted(folder));
    }
    Path draft =
        folder.resolveSibling(
            ".%s.%d.part".formatted(folder.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.createDirectory(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new CommandFailure("cannot write %s: %s".formatted(folder, CauseInWords.of(e)), e);
    }
    OutFolder results = new OutFolder(folder, draft);
    Runtime.getRuntime().addShutdownHook(results.whenInterrupted);
    return results;
  }

  private static boolean isEmptyFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> content = Files.list(folder)) {
      return content.findAny().isEmpty();
    }
  }

  Path folder() {
    return folder;
  }

  void write(Assessed assessed) throws IOException {
    Dossier dossier = assessed.dossier();
    Files.write(draft.resolve("dossier.json"), dossier.json());
    Files.write(draft.resolve("dossier.html"), dossier.html());
    if (dossier.members() >= dossier.smallestCell()
        && dossier.nonMembers() >= dossier.smallestCell()) {
      Dossier shown = dossier.forPublic();
      Files.write(draft.resolve("public-dossier.json"), shown.json());
      Files.write(draft.resolve("public-dossier.html"), shown.html());
    }
    Files.write(draft.resolve("for-the-researcher.txt"), assessed.feedback());
    if (assessed.model().isPresent()) {
      Files.write(draft.resolve("model.onnx"), assessed.model().get());
    }
    Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// What a program wants to know first.
  String json(Assessed assessed) {
    Dossier dossier = assessed.dossier();
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("verdict", dossier.verdict().label());
    dossier.why().forEach(line.putArray("why")::add);
    line.put("model", dossier.candidate().model().toString());
    line.put("dossier", folder.resolve("dossier.json").toString());
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(whenInterrupted);
    } catch (IllegalStateException e) {
      return; // the JVM ends already, and the hook does it
    }
    remove();
  }

  private void remove() throws IOException {
    if (Files.isDirectory(draft)) {
      for (Path file : content()) {
        Files.delete(file);
      }
      Files.delete(draft);
    }
  }

  private void removeQuietly() {
    try {
      remove();
    } catch (IOException e) {
      System.err.println("caisson: %s remains: %s".formatted(draft, CauseInWords.of(e)));
    }
  }

  private List<Path> content() throws IOException {
    try (Stream<Path> content = Files.list(draft)) {
      return content.toList();
    }
  }
}

package dev.caisson.cli.local;

import dev.caisson.cli.failure.CauseInWords;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A file that a command writes at its end: all of it or nothing. Written to a draft beside it and
/// moved into place by [#commit]; closing without that deletes the draft. A file that is there
/// already is refused at the start, before any work, unless the person forces it.
final class OutFile implements AutoCloseable {
  private final Path file;
  private final Path draft;
  private final boolean force;

  private OutFile(Path file, boolean force) {
    this.file = file;
    this.force = force;
    this.draft =
        file.resolveSibling(
            ".%s.%d.part".formatted(file.getFileName(), ProcessHandle.current().pid()));
  }

  static OutFile at(Path file, boolean force) throws CommandFailure {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new CommandFailure("cannot write %s: its folder does not exist".formatted(file));
    }
    OutFile out = new OutFile(file, force);
    out.requireFree();
    try {
      Files.write(out.draft, new byte[0]); // whether it can be written is known before the work
    } catch (IOException e) {
      throw new CommandFailure("cannot write %s: %s".formatted(file, CauseInWords.of(e)), e);
    }
    return out;
  }

  Path file() {
    return file;
  }

  /// Where to write until [#commit].
  Path draft() {
    return draft;
  }

  void write(byte[] content) throws IOException, CommandFailure {
    Files.write(draft, content);
    commit();
  }

  /// Writes a model; one with data files brings them into the same folder, where none of their
  /// names may be taken.
  void write(OnnxModel model) throws IOException, CommandFailure {
    if (model.hasDataFiles()) {
      requireFree();
      model.save(file);
    } else {
      write(model.bytes());
    }
  }

  void commit() throws IOException, CommandFailure {
    requireFree();
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void requireFree() throws CommandFailure {
    if (Files.isDirectory(file)) {
      throw new CommandFailure("%s is a directory".formatted(file));
    }
    if (!force && Files.exists(file)) {
      throw new CommandFailure(
          "%s is there already; choose another name, or --force to replace it".formatted(file));
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(draft);
  }
}
